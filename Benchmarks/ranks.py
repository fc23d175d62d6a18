"""What several ranks take: tiles a second beside one rank, and over a network that is slow on purpose.

    python3 Benchmarks/ranks.py [--cases 284/32/4/sgd,...] [--rounds 3] [--network 0.001:125e6,...]

Each rank has one thread on a processor of its own.  The network needs root: two network namespaces, joined by relay.c, in which
mpirun starts a rank each as on two computers.  Prints tables in Markdown.
"""

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
ENVIRONMENT = os.environ | {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
EXPERIMENT = """name: ranks
data: {{synthetic: {{kind: cells, count: 2, size: 600}}}}
augmentation: none
network: {{levels: 5, width: {width}, dropout: 0}}
training: {{tile: {tile}, steps: {steps}, batch: {batch}, optimizer: {optimizer}}}
evaluation: {{every: 1000000}}
"""


def train(options, folder, case, launcher):
    """Seconds of a step, from the third to the last."""
    tile, width, batch, optimizer = case
    steps = options.steps
    file = folder / "ranks.yaml"
    file.write_text(EXPERIMENT.format(tile=tile, width=width, batch=batch, optimizer=optimizer, steps=steps))
    run = folder / "run"
    command = [options.unet, "train", file, "--output", run, "--overwrite", "--quiet", "--device", "cpu"]
    done = subprocess.run([*launcher, *map(str, command)], env=ENVIRONMENT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{launcher}: {done.stderr}")
    state = next(line for line in done.stdout.splitlines() if line.startswith("state"))
    rows = [(int(row["step"]), float(row["seconds"])) for row in csv.DictReader(open(run / "log.csv"))]
    first, last = rows[2], rows[-1]
    return (last[1] - first[1]) / (last[0] - first[0]), state.split()[-1]


def parameters(options, folder):
    """Bytes of the weights of the last training, two bytes to a number in its file's header left aside."""
    import json
    import struct

    with open(folder / "run" / "model.safetensors", "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
    return sum(entry["data_offsets"][1] - entry["data_offsets"][0] for key, entry in header.items() if key != "__metadata__")


def beside_one(options, folder):
    print("| tile / width | batch | optimizer | one rank, tiles/s | two ranks, tiles/s | of twice one |\n|---|---|---|---|---|---|")
    for case in options.cases:
        one, two = [], []
        for _ in range(options.rounds):
            seconds, alone = train(options, folder, case, ["taskset", "-c", "0"])
            one.append(case[2] / seconds)
            seconds, together = train(options, folder, case, ["mpirun", "--bind-to", "core", "-n", "2"])
            two.append(case[2] / seconds)
            assert alone == together, (alone, together)
        ratios = [b / (2 * a) for a, b in zip(one, two)]
        print(
            f"| {case[0]}² / {case[1]} | {case[2]} | {case[3]} | {statistics.median(one):.3f} | {statistics.median(two):.3f} "
            f"| {statistics.median(ratios):.2f} [{min(ratios):.2f}, {max(ratios):.2f}] |",
            flush=True)


def quietly(*words, check=True):
    return subprocess.run(words, check=check, capture_output=True, text=True).stdout


class Network:
    """Two namespaces r1 and r2, 10.9.0.1 and 10.9.0.2."""

    def __init__(self, folder, delay, rate):
        relay = folder / "relay"
        quietly("cc", "-O2", "-pthread", "-o", relay, PACKAGE / "Benchmarks" / "relay.c")
        self.remove()
        for name in ("r1", "r2"):
            quietly("ip", "netns", "add", name)
            quietly("ip", "netns", "exec", name, "ip", "link", "set", "lo", "up")
        # Ranks that wait keep their processors busy, and the wire must not wait for one.
        self.relay = subprocess.Popen(["chrt", "-f", "50", relay, "/var/run/netns/r1", "/var/run/netns/r2", str(delay), str(rate)])
        time.sleep(0.5)
        for name, address in (("r1", "10.9.0.1/24"), ("r2", "10.9.0.2/24")):
            quietly("ip", "netns", "exec", name, "ip", "addr", "add", address, "dev", "t0")
            quietly("ip", "netns", "exec", name, "ip", "link", "set", "t0", "mtu", "9000", "txqueuelen", "10000", "up")
        # The launcher reaches the other computer by this, in the place of ssh; a host's name is that of its namespace.
        shell = folder / "shell"
        shell.write_text(
            "#!/bin/bash\nwhile [[ $1 == -* ]]; do shift; done\nhost=$1; shift\n"
            'exec ip netns exec $host unshare -um bash -c "mount --bind $HOSTS /etc/hosts; hostname $host; $*"\n')
        shell.chmod(0o755)
        hosts = folder / "hosts"
        hosts.write_text("127.0.0.1 localhost\n10.9.0.1 r1\n10.9.0.2 r2\n")
        os.environ["HOSTS"] = ENVIRONMENT["HOSTS"] = str(hosts)
        # A processor for each rank.
        one = folder / "one"
        one.write_text('#!/bin/bash\nexec taskset -c $OMPI_COMM_WORLD_RANK "$@"\n')
        one.chmod(0o755)
        self.launcher = [
            shell, "r1",
            f"mpirun --mca plm_rsh_agent {shell} --mca pml ob1 --mca btl tcp,self --mca btl_tcp_flags 1 --mca oob_tcp_if_include t0 "
            f"--mca btl_tcp_if_include t0 --bind-to none --host r1:1,r2:1 -x HOSTS -n 2 {one}"]

    def sent(self):
        return int(quietly("ip", "netns", "exec", "r1", "cat", "/sys/class/net/t0/statistics/tx_bytes"))

    def remove(self):
        for name in ("r1", "r2"):
            quietly("ip", "netns", "del", name, check=False)

    def end(self):
        self.relay.kill()
        self.relay.wait()
        self.remove()


def over_network(options, folder):
    print("\n| tile / width | batch | delay, ms | rate, MB/s | step, s: measured | by the model | measured / model | sent a step, MB | of 2 (N-1)/N of the weights |")
    print("|---|---|---|---|---|---|---|---|---|")
    for case in options.network_cases:
        for delay, rate in options.network:
            alone, _ = train(options, folder, (case[0], case[1], case[2] // 2, case[3]), ["taskset", "-c", "0"])
            network = Network(folder, delay, rate)
            try:
                before = network.sent()
                seconds, _ = train(options, folder, case, network.launcher)
                sent = (network.sent() - before) / options.steps
            finally:
                network.end()
            weights = parameters(options, folder)
            # The state that is shared before the first step: weights and one value beside each, or two.
            sent -= weights * (3 if case[3] == "adam" else 2) / options.steps
            # Three exchanges, the large ones announced and accepted first.
            model = alone + weights / rate + 7 * delay
            print(
                f"| {case[0]}² / {case[1]} | {case[2]} | {1000 * delay:g} | {rate / 1e6:g} | {seconds:.3f} | {model:.3f} "
                f"| {seconds / model:.2f} | {sent / 1e6:.2f} | {sent / weights:.3f} |", flush=True)


def case(text):
    tile, width, batch, optimizer = text.split("/")
    return int(tile), int(width), int(batch), optimizer


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--unet", default=PACKAGE / ".build/release/unet")
    parser.add_argument("--cases", type=lambda text: [case(word) for word in text.split(",") if word],
                        default="284/32/2/sgd,284/32/4/sgd,284/32/4/adam,572/64/2/sgd")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--network", type=lambda text: [tuple(map(float, word.split(":"))) for word in text.split(",") if word],
                        default=[])
    parser.add_argument("--network-cases", type=lambda text: [case(word) for word in text.split(",")], default="284/32/4/sgd")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.cases:
            beside_one(options, Path(folder))
        if options.network:
            over_network(options, Path(folder))


main()
