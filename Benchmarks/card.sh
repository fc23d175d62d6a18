#!/usr/bin/env bash
# A graphics card in ten minutes: bits, times beside PyTorch, tuning, an equal training.  For a card that is at hand for a
# short while, on a machine where nothing can be built.
#
#   Benchmarks/card.sh pack FOLDER            before, where unet is built: the command and its libraries, 25 MB
#   Benchmarks/card.sh 1|2|3 FOLDER RESULTS   there, in the repository's root:
#       1  devices, small parity, times of the paper's network and a small one, PyTorch's where Python has it   5 minutes
#       2  parity of every operation and training, tuning, times after it                                     4 minutes
#       3  a training on the card and on the CPU backend: the same SHA-256; steps a second                     2 minutes
#
# Each command has a limit of its own, and one that fails stops nothing: RESULTS/stageN.txt ends with a table of them.
# DEVICE (opencl), SIZES ("572/64 284/16"), RUNS (20) and SECONDS_EACH, a factor for the limits, are for trying the script.
# NVIDIA's driver is found where no file in /etc/OpenCL/vendors names it.
set -uo pipefail
usage() { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d'; exit 64; }
[ $# -ge 2 ] || usage

if [ "$1" = pack ]; then
  set -e
  unet=$(realpath .build/release/unet)
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$2" "$work/lib" && cp "$unet" "$work/unet"
  ldd "$unet" | awk '$3 ~ /^\// { print $1, $3 }' | grep -vE '^(libc|libm|libstdc\+\+|libgcc_s)\.' |
    while read -r name path; do cp -L "$path" "$work/lib/$name"; done
  strip "$work/unet" "$work"/lib/*
  tar -C "$work" -cJf "$2/unet.tar.xz" unet lib
  du -h "$2/unet.tar.xz"
  exit
fi

[ $# = 3 ] || usage
[ -e "$2/unet.tar.xz" ] || { echo "$2/unet.tar.xz is missing: Benchmarks/card.sh pack $2, where unet is built" >&2; exit 66; }
[ -x "$2/unet" ] || python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' "$2/unet.tar.xz" "$2"
stage=$1 folder=$(realpath "$2") results=$(mkdir -p "$3" && realpath "$3")
device=${DEVICE:-opencl} runs=${RUNS:-20} sizes=${SIZES:-572/64 284/16} factor=${SECONDS_EACH:-1}
export LD_LIBRARY_PATH="$folder/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" PYTHONUNBUFFERED=1
export XDG_CACHE_HOME="$folder/cache" XDG_CONFIG_HOME="$folder/config"
if ! "$folder/unet" devices 2>/dev/null | grep -q 'opencl:.*(GPU)'; then
  driver=$(find /usr/lib /usr/lib64 /usr/local/nvidia /opt /run -maxdepth 6 -name 'libnvidia-opencl.so*' 2>/dev/null | head -1)
  [ -n "$driver" ] && mkdir -p "$folder/vendors" && echo "$driver" > "$folder/vendors/nvidia.icd" &&
    export OCL_ICD_VENDORS="$folder/vendors"
fi
exec > >(tee "$results/stage$stage.txt") 2>&1
table=$(mktemp)
trap 'echo; cat "$table"; rm -f "$table"; sleep 1' EXIT

# try SECONDS NAME COMMAND..: to RESULTS/NAME.txt, its last lines here, its time and status in the table.
try() {
  local limit=$(($1 * factor)) name=$2 begin=$SECONDS status
  shift 2
  timeout -k 5 "$limit" "$@" > "$results/$name.txt" 2>&1
  status=$?
  printf -- '-- %-32s exit %3d, %3d of %d s\n' "$name" $status $((SECONDS - begin)) $limit | tee -a "$table"
  tail -n "${SHOW:-8}" "$results/$name.txt" | cut -c1-160
}
times() {
  for numerics in winograd direct; do
    for shape in $sizes; do
      SHOW=0 try 60 "bench-$1-$numerics-${shape/\//-}" "$folder/unet" bench --device "$device" --size "${shape%/*}" \
        --width "${shape#*/}" --numerics $numerics --runs "$runs" --json
    done
  done
  python3 - "$results"/bench-"$1"-*.txt <<'P'
import json, sys
print(f"{'':36} forward ms (least)      step ms (least)   launch us   TFLOP/s   GB/s     MB")
for path in sys.argv[1:]:
    text, name = open(path).read(), path.rsplit("/bench-", 1)[1][:-4]
    try:
        r = json.loads(text[text.index("{"):])
    except ValueError:
        print(f"{name:36} {text.strip()[-100:]}")
        continue
    print(f"{name:36} {1e3 * r['forward_s']:10.3f} {1e3 * r['forward_min_s']:10.3f} {1e3 * r['step_s']:10.3f} {1e3 * r['step_min_s']:10.3f}"
          f" {1e6 * r['launch_s']:8.1f} {r['peak_gflops'] / 1e3:10.1f} {r['peak_gb_s']:8.0f} {r['memory_mb']:6.0f}")
P
}
training() {  # NAME, then lines of YAML
  printf 'name: %s\ndata:\n  synthetic: {kind: membranes, count: 4, size: %s, seed: 1}\n%s\n' "$1" "$2" "$3" > "$folder/$1.yaml"
}

case $stage in
1)
  SHOW=40 try 40 devices "$folder/unet" devices
  nvidia-smi --query-gpu=name,driver_version,clocks.max.sm,clocks.mem --format=csv 2>/dev/null
  SHOW=30 try 120 parity-smallest "$folder/unet" parity --device "$device" --smallest
  times usual
  for shape in $sizes; do
    for peer in pytorch-nchw pytorch-nhwc; do
      SHOW=12 try 60 "$peer-${shape/\//-}" python3 Benchmarks/peers.py --peer $peer --device "${TORCH_DEVICE:-cuda}" \
        --size "${shape%/*}" --width "${shape#*/}" --runs "$runs"
    done
  done
  ;;
2)
  SHOW=30 try 200 parity "$folder/unet" parity --device "$device"
  SHOW=30 try 150 tune "$folder/unet" tune --device "$device" --runs 9 --overwrite
  cat "$XDG_CONFIG_HOME"/swift-unet/tuning/*.yaml 2>/dev/null
  times tuned
  ;;
3)
  training equal 256 'network: {levels: 4, width: 32, dropout: 0.5}
training: {tile: 188, steps: 40, rate: 0.005, momentum: 0.9}'
  training fast 640 'network: {levels: 5, width: 64, dropout: 0.5}
training: {tile: 572, steps: 300, rate: 0.001, momentum: 0.99}'
  for where in "$device" cpu; do
    SHOW=3 try 120 "equal-${where%%:*}" "$folder/unet" train "$folder/equal.yaml" --device "$where" --set data.hold-out=none \
      --overwrite --output "$folder/runs/equal-${where%%:*}"
  done
  sha256sum "$folder"/runs/equal-*/model.safetensors
  SHOW=5 try 60 fast "$folder/unet" train "$folder/fast.yaml" --device "$device" --set data.hold-out=none --overwrite \
    --output "$folder/runs/fast"
  ;;
*) usage ;;
esac
