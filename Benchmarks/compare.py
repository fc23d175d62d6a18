"""Times ours and PyTorch in turn on one machine and writes Benchmarks/results/<machine>.md.

  python3 Benchmarks/compare.py [--sizes 572/64,284/16] [--devices opencl,cpu] [--image 1024] [--rounds 5] [--runs 5]
                                [--unet .build/release/unet] [--python python3] [--torch-device cpu|cuda]

Each round runs `unet bench` on every device and Benchmarks/pytorch_unet.py in both layouts, one process after
the other, so that what disturbs the machine for a while disturbs all of them.  README.md says how to read the
table.
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
SCRIPT = HERE / "pytorch_unet.py"
HEAD = (
    "| | forward, ms | / PyTorch | step, ms | / PyTorch | image, ms | / PyTorch | process, MB | / PyTorch "
    "| on the device, MB | forward, % of peak | step, % of peak |\n|---|" + "---:|" * 11
)


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


def measure(size, width, options):
    """The results of all rounds by contestant."""
    shape = ["--size", size, "--width", width, "--runs", options.runs, "--image", options.image]
    lines = {d: [options.unet, "bench", "--json", "--device", d, *shape] for d in options.devices}
    for layout in ("nchw", "nhwc"):
        pytorch = [options.python, SCRIPT, "--threads", cores(), "--device", options.torch_device]
        lines[f"PyTorch {layout}"] = [*pytorch, "--layout", layout, *shape]
    results = {name: [] for name in lines}
    for number in range(options.rounds):
        for name, line in lines.items():
            result = run(line)
            results[name].append(result)
            times = f"forward {result['forward_s']:.4f} s, step {result['step_s']:.4f} s, image {result['segment_s']:.3f} s"
            print(f"{size}/{width} round {number + 1}: {name}: {times}", file=sys.stderr)
    return results


def ratio(ours, results, key):
    """Ours / PyTorch in the layout that is better in the median: median over rounds, and extremes."""
    best = min((median(r[key] for r in results[f"PyTorch {l}"]), f"PyTorch {l}") for l in ("nchw", "nhwc"))[1]
    ratios = [a[key] / b[key] for a, b in zip(ours, results[best])]
    return f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def table(size, width, results, devices):
    """A row for each contestant; peak and arithmetic are what `unet bench` measured and counted."""
    rows = [f"### {size}², width {width}\n", HEAD]
    for name, rounds in results.items():
        ours = results[name if name in devices else devices[0]]
        peak = max(r["peak_gflops"] for r in ours)
        work = {"step_s": 0.0, "forward_s": 0.0}
        for row in ours[0]["operations"]:
            count = row["gflops"] * row["seconds"]
            work["step_s"] += count
            work["forward_s"] += count * row["operation"].startswith(("conv(", "upConv("))
        cells = [f"{rounds[0]['device']} (`{name}`)" if name in devices else name]
        for key, scale in (("forward_s", 1e3), ("step_s", 1e3), ("segment_s", 1e3), ("process_mb", 1)):
            cells.append(f"{scale * median(r[key] for r in rounds):.{1 if key != 'process_mb' else 0}f}")
            cells.append(ratio(rounds, results, key) if name in devices else "")
        cells.append(f"{rounds[0]['memory_mb']:.0f}" if rounds[0].get("memory_mb") else "")
        for key in ("forward_s", "step_s"):
            cells.append(f"{100 * work[key] / median(r[key] for r in rounds) / peak:.0f}")
        rows.append("| " + " | ".join(cells) + " |")
    peaks = [f"{d} {max(r['peak_gflops'] for r in results[d]):.0f} GFLOP/s" for d in devices]
    return "\n".join([*rows, "", f"Measured peak: {', '.join(peaks)}."])


def report(everything, disturbed, options):
    first = next(iter(everything.values()))
    names = [first[d][0]["device"] for d in options.devices]
    torch = first["PyTorch nchw"][0]["torch"]
    facts = [
        f"- machine: {processor()}, {cores()} cores, {platform.system()}",
        f"- ours: commit {commit()}; " + "; ".join(name + driver(options.unet, name) for name in names),
        f"- PyTorch {torch} on {options.torch_device}, {cores()} threads",
        f"- {datetime.date.today()}, {options.rounds} rounds of {options.runs} runs, in turn; {disturbed}",
    ]
    tables = [table(*shape, results, options.devices) for shape, results in everything.items()]
    return "\n\n".join([f"# {processor()}", "\n".join(facts), *tables]) + "\n"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument(
        "--sizes", default="572/64,284/16", help="side of the tile/width of the network, ..."
    )
    options.add_argument("--devices", default="opencl,cpu", type=lambda text: text.split(","))
    options.add_argument("--image", type=int, default=1024, help="side of the image that is segmented in tiles")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument(
        "--runs", type=int, default=5, help="runs in each process, of which the median counts"
    )
    options.add_argument("--unet", default=HERE.parent / ".build/release/unet", type=Path)
    options.add_argument("--python", default=sys.executable, help="one that has torch and numpy")
    options.add_argument("--torch-device", choices=["cpu", "cuda"], default="cpu")
    options.add_argument("--output", type=Path, help="the file, instead of results/<machine>.md")
    options = options.parse_args()
    if not options.unet.is_file():
        sys.exit(f"{options.unet} is not there: swift build -c release")
    if not said(options.python, "-c", "import torch, numpy; print(torch.__version__)"):
        sys.exit(
            f"{options.python} has no PyTorch to compare with: pip install torch numpy, or give --python"
        )
    shapes = [tuple(map(int, shape.split("/"))) for shape in options.sizes.split(",")]
    before, start = busy(), time.monotonic()
    everything = {shape: measure(*shape, options) for shape in shapes}
    text = report(everything, disturbance(before, time.monotonic() - start), options)
    machine = re.sub(r"[^a-z0-9]+", "-", f"{processor()} {cores()} cores".lower()).strip("-")
    output = options.output or HERE / "results" / f"{machine}.md"
    output.parent.mkdir(exist_ok=True)
    output.write_text(text)
    print(text)
    print(f"written to {output}", file=sys.stderr)


main()
