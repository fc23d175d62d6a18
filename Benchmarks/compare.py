"""Times ours and other libraries in turn on one machine and writes .build/benchmarks/<machine>.md.

  python3 Benchmarks/compare.py [--sizes 572/64,284/16] [--devices opencl,cpu] [--image 1024] [--rounds 5] [--runs 5]
                                [--unet .build/release/unet] [--python python3] [--torch-device cpu|cuda]
                                [--peers pytorch-nchw,...] [--instructions avx2]

Each round runs `unet bench` on every device and Benchmarks/peers.py with every peer that is installed, one process after
the other, so that what disturbs the machine for a while disturbs all of them.  `--instructions avx2` keeps all that let
themselves be kept to those of AVX2.  README.md says how to read the table.
"""

import argparse
import datetime
import json
import os
import platform
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
SCRIPT = HERE / "peers.py"
HEAD = (
    "| | instructions | forward, ms | / PyTorch | / best other | step, ms | / PyTorch | image, ms | / PyTorch "
    "| process, MB | / PyTorch | on the device, MB | forward, % of peak | step, % of peak |\n|---|---|" + "---:|" * 12
)
PYTORCH = ["pytorch-nchw", "pytorch-nhwc"]
OTHERS = ["compiled-nchw", "compiled-nhwc", "onnxruntime", "openvino"]
NEEDS = {"onnxruntime": "onnx, onnxruntime", "openvino": "openvino"}
LIMITS = {"avx2": {"UNET_CPU": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}}


def run(line):
    """What a command prints as JSON, with the most memory that its process held, in 2^20 bytes."""
    process = subprocess.Popen(list(map(str, line)), stdout=subprocess.PIPE, text=True)
    with process.stdout as output:
        text = output.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, line))} ended with {process.returncode}")
    result = json.loads(text)
    result["process_mb"] = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return result


def said(*line):
    """What a command prints; nothing where it fails."""
    done = subprocess.run(line, cwd=HERE, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def processor():
    if sys.platform == "darwin":
        return said("sysctl", "-n", "machdep.cpu.brand_string")
    models = re.findall(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return models[0] if models else platform.machine()


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def commit():
    name = said("git", "rev-parse", "--short", "HEAD") or "unknown"
    return name + (" with changes" if said("git", "status", "--porcelain", "--untracked-files=no") else "")


def driver(unet, device):
    """The driver's version, which `unet devices` gives in the lines after the device's name."""
    rest = said(unet, "devices").partition(device)[2]
    version = re.search(r"^ +driver +(.+)$", rest, re.MULTILINE)
    return f", driver {version[1]}" if version else ""


def busy():
    """Seconds that all processors have worked so far, and for our processes; None where it is not known."""
    if not Path("/proc/stat").exists():
        return None
    user, nice, system, _, _, interrupt, soft, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    everyone = (user + nice + system + interrupt + soft + steal) / os.sysconf("SC_CLK_TCK")
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return everyone, usage.ru_utime + usage.ru_stime


def disturbance(before, seconds):
    """The share of the cores that other processes took meanwhile."""
    if before is None:
        return "whether other processes disturbed it is not known"
    everyone, children = (after - start for after, start in zip(busy(), before))
    share = max(0, everyone - children) / seconds / cores()
    verdict = " (**disturbed: repeat on an idle machine**)" if share > 0.05 else ""
    return f"other processes took {100 * share:.0f} % of the cores{verdict}"


def instructions(unet, device):
    """The vectors of a device of ours: the CPU backend's name has them, a driver says how wide they are."""
    words = re.search(r"\((AVX-512|AVX2|NEON|[^,()]*), \d+ threads?\)", device)
    if words:
        return words[1]
    rest = said(unet, "devices").partition(device)[2]
    width = re.search(r"(\d+) floats", rest)
    return f"vectors of {width[1]} floats" if width else ""


def measure(size, width, options):
    """The results of all rounds by contestant."""
    # A short run is disturbed by less, so a process makes more of them.
    runs = options.runs * max(1, min(8, round(572 * 64 / (size * width))))
    shape = ["--size", size, "--width", width, "--runs", runs]
    shape += ["--image", options.image] if options.image else []
    lines = {d: [options.unet, "bench", "--json", "--device", d, *shape] for d in options.devices}
    for peer in options.peers:
        library = [options.python, SCRIPT, "--threads", cores(), "--device", options.torch_device]
        lines[peer] = [*library, "--peer", peer, *shape]
    results = {name: [] for name in lines}
    for number in range(options.rounds):
        for name, line in lines.items():
            result = run(line)
            results[name].append(result)
            named = {"forward": "forward_s", "step": "step_s", "image": "segment_s"}
            times = [f"{word} {result[key]:.4f} s" for word, key in named.items() if key in result]
            print(f"{size}/{width} round {number + 1}: {name}: {', '.join(times)}", file=sys.stderr)
    return results


def ratio(ours, results, peers, key):
    """Ours / the peer of these with the best median: median over rounds, and extremes."""
    able = [peer for peer in peers if all(key in r for r in results.get(peer, [])) and peer in results]
    if not able:
        return ""
    best = min(able, key=lambda peer: median(r[key] for r in results[peer]))
    ratios = [a[key] / b[key] for a, b in zip(ours, results[best])]
    return f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def table(size, width, results, options):
    """A row for each contestant; peak and arithmetic are what `unet bench` measured and counted."""
    rows = [f"### {size}², width {width}\n", HEAD]
    for name, rounds in results.items():
        is_ours = name in options.devices
        ours = results[name if is_ours else options.devices[0]]
        peak = max(r["peak_gflops"] for r in ours)
        work = {"step_s": 0.0, "forward_s": 0.0}
        for row in ours[0]["operations"]:
            count = row["gflops"] * row["seconds"]
            work["step_s"] += count
            work["forward_s"] += count * row["operation"].startswith(("conv(", "upConv("))
        if is_ours:
            cells = [f"{rounds[0]['device']} (`{name}`)", instructions(options.unet, rounds[0]["device"])]
        else:
            cells = [f"{name} {rounds[0]['version']}", rounds[0]["instructions"]]
        for key, scale in (("forward_s", 1e3), ("step_s", 1e3), ("segment_s", 1e3), ("process_mb", 1)):
            able = all(key in r for r in rounds)
            digits = 0 if key == "process_mb" else 1
            cells.append(f"{scale * median(r[key] for r in rounds):.{digits}f}" if able else "")
            cells.append(ratio(rounds, results, PYTORCH, key) if is_ours else "")
            if key == "forward_s":
                cells.append(ratio(rounds, results, OTHERS, key) if is_ours else "")
        cells.append(f"{rounds[0]['memory_mb']:.0f}" if rounds[0].get("memory_mb") else "")
        for key in ("forward_s", "step_s"):
            able = all(key in r for r in rounds)
            cells.append(f"{100 * work[key] / median(r[key] for r in rounds) / peak:.0f}" if able else "")
        rows.append("| " + " | ".join(cells) + " |")
    peaks = [f"{d} {max(r['peak_gflops'] for r in results[d]):.0f} GFLOP/s" for d in options.devices]
    return "\n".join([*rows, "", f"Measured peak: {', '.join(peaks)}."])


# The least tile of the paper's network, of five levels, that segments a step of the grid.
LEAST_TILE = 204


def said_options():
    """What the command was given, without paths of this machine."""
    words, given = iter(sys.argv[1:]), []
    for word in words:
        if word.split("=")[0] in ("--unet", "--python", "--output"):
            if "=" not in word:
                next(words, None)
        else:
            given.append(word)
    return given


def report(everything, disturbed, options):
    first = next(iter(everything.values()))
    names = [first[d][0]["device"] for d in options.devices]
    facts = [
        f"- `python3 Benchmarks/compare.py {' '.join(said_options())}`",
        f"- machine: {processor()}, {cores()} cores, {platform.system()}",
        f"- ours: commit {commit()}; " + "; ".join(name + driver(options.unet, name) for name in names),
        f"- the others on {options.torch_device}, {cores()} threads"
        + (f"; kept to {options.instructions} where that can be asked for" if options.instructions else ""),
        f"- {datetime.date.today()}, {options.rounds} rounds of {options.runs} runs, in turn; {disturbed}",
    ]
    tables = [table(*shape, results, options) for shape, results in everything.items()]
    return "\n\n".join([f"# {processor()}", "\n".join(facts), *tables]) + "\n"


def installed(options):
    """The peers that this Python has, on a GPU PyTorch alone; says which are left out."""
    peers = [*PYTORCH, *(OTHERS if options.torch_device == "cpu" else OTHERS[:2])]
    for peer, modules in NEEDS.items():
        if peer in peers and not said(options.python, "-c", f"import {modules}; print(1)"):
            print(f"without {peer}: pip install {modules.replace(',', '')}", file=sys.stderr)
            peers.remove(peer)
    return peers


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument(
        "--sizes", default="572/64,284/16", help="side of the tile/width of the network, ..."
    )
    options.add_argument("--devices", default="opencl,cpu", type=lambda text: text.split(","))
    options.add_argument(
        "--image", type=int, default=1024, help="side of the image that is segmented in tiles; 0 for none"
    )
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument(
        "--runs", type=int, default=5, help="runs in each process, of which the median counts; small networks up to 8 times"
    )
    options.add_argument("--unet", default=HERE.parent / ".build/release/unet", type=Path)
    options.add_argument("--python", default=sys.executable, help="one that has torch and numpy")
    options.add_argument("--torch-device", choices=["cpu", "cuda"], default="cpu")
    options.add_argument(
        "--peers", type=lambda text: text.split(","), help="those of peers.py; all that are installed"
    )
    options.add_argument("--instructions", choices=LIMITS, help="keep all to these instructions")
    options.add_argument("--output", type=Path, help="the file, instead of .build/benchmarks/<machine>.md")
    options = options.parse_args()
    if not options.unet.is_file():
        sys.exit(f"{options.unet} is not there: swift build -c release")
    if not said(options.python, "-c", "import torch, numpy; print(torch.__version__)"):
        sys.exit(
            f"{options.python} has no PyTorch to compare with: pip install torch numpy, or give --python"
        )
    os.environ.update(LIMITS.get(options.instructions, {}))
    options.peers = options.peers or installed(options)
    if not re.fullmatch(r"\d+/\d+(,\d+/\d+)*", options.sizes):
        sys.exit(f"--sizes {options.sizes}: give sides and widths, such as 572/64,284/16")
    if options.rounds < 1 or options.runs < 1:
        sys.exit("--rounds and --runs must be at least 1")
    if unknown := set(options.peers) - {*PYTORCH, *OTHERS}:
        sys.exit(f"--peers {','.join(sorted(unknown))}: give some of {','.join([*PYTORCH, *OTHERS])}")
    shapes = [tuple(map(int, shape.split("/"))) for shape in options.sizes.split(",")]
    for size, _ in shapes:
        if options.image and size < LEAST_TILE:
            sys.exit(f"--sizes {size}: no image can be segmented in such tiles; give {LEAST_TILE} or more, or --image 0")
    before, start = busy(), time.monotonic()
    everything = {shape: measure(*shape, options) for shape in shapes}
    text = report(everything, disturbance(before, time.monotonic() - start), options)
    machine = re.sub(r"[^a-z0-9]+", "-", f"{processor()} {cores()} cores {options.instructions or ''}".lower()).strip("-")
    output = options.output or HERE.parent / ".build/benchmarks" / f"{machine}.md"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(text)
    print(text)
    print(f"written to {output}", file=sys.stderr)


main()
