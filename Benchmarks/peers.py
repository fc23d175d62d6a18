"""Times the paper's network in PyTorch: one forward pass and one training step, and prints JSON.

  python3 Benchmarks/pytorch_unet.py [--size 572] [--width 64] [--levels 5] [--runs 5] [--layout nchw|nhwc]
                                     [--threads N] [--device cpu|cuda] [--image 1024]

One tile a pass.  A step is forward, weighted loss, backward and SGD with momentum, as `unet bench` does it;
times are medians in seconds after a warm-up.  The network is the one that Tests/FixtureScripts compares with ours.

`--image` times the segmentation of an image in such tiles too: mirrored at its border, softmax, nothing written.

A process measures one layout, so that `peak_rss_mb`, the most memory that the process ever held, belongs to
it.  On a GPU `memory_mb` is the most that PyTorch had allocated there; Float32 is not replaced by TF32.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time
from pathlib import Path

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    sys.exit(f"pytorch_unet.py needs {error.name}: pip install torch numpy")

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests/FixtureScripts"))
from reference import UNet

LAYOUTS = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def seconds(run, runs, device):
    """The times of `runs` calls after a warm-up."""
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    run()
    times = []
    for _ in range(runs):
        wait()
        start = time.perf_counter()
        run()
        wait()
        times.append(time.perf_counter() - start)
    return times


def peak_rss_mb():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def segmentation(network, size, output, side, device, layout):
    """What segments a random image of `side`² pixels in tiles of `size`², which give `output`² each."""
    margin = (size - output) // 2
    image = F.pad(torch.randn(1, 1, side, side), (margin, size) * 2, mode="reflect" if side > size else "circular")
    starts = [*range(0, max(side - output, 0), output // 16 * 16), max(0, (side - output + 15) // 16 * 16)]
    chances = torch.empty(side, side)

    def run():
        with torch.no_grad():
            for y in starts:
                for x in starts:
                    tile = image[:, :, y : y + size, x : x + size].to(device, memory_format=LAYOUTS[layout])
                    white = network(tile).softmax(1)[0, 1].cpu()
                    part = chances[y : y + output, x : x + output]
                    part.copy_(white[: part.shape[0], : part.shape[1]])

    return run


def measure(size, width, levels, runs, layout, device, side):
    torch.manual_seed(0)
    network = UNet("paper", levels, width).to(device, memory_format=LAYOUTS[layout])
    image = torch.randn(1, 1, size, size, device=device).to(memory_format=LAYOUTS[layout])

    def forward():
        with torch.no_grad():
            return network(image)

    sides = forward().shape[2:]
    labels = torch.randint(0, 2, (1, *sides), device=device)
    weights = torch.rand(labels.shape, device=device)
    optimiser = torch.optim.SGD(network.parameters(), 1e-6, 0.9)

    def step():
        optimiser.zero_grad()
        (F.cross_entropy(network(image), labels, reduction="none") * weights).mean().backward()
        optimiser.step()

    forward_times, step_times = seconds(forward, runs, device), seconds(step, runs, device)
    peak = peak_rss_mb()
    run = side and segmentation(network, size, sides[0], side, device, layout)
    segment = run and seconds(run, runs, device)
    return {
        "forward_s": statistics.median(forward_times),
        "step_s": statistics.median(step_times),
        "forward_min_s": min(forward_times),
        "step_min_s": min(step_times),
        "segment_s": segment and statistics.median(segment),
        "memory_mb": torch.cuda.max_memory_allocated() / 2**20 if device == "cuda" else None,
        "peak_rss_mb": peak,
    }


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name, default in {"size": 572, "width": 64, "levels": 5, "runs": 5, "threads": cores()}.items():
        options.add_argument(f"--{name}", type=int, default=default)
    options.add_argument("--image", type=int)
    options.add_argument("--layout", choices=LAYOUTS, default="nchw")
    options.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    shape = (options.size, options.width, options.levels)
    result = measure(*shape, options.runs, options.layout, options.device, options.image)
    print(json.dumps({**vars(options), "torch": torch.__version__, **result}, indent=1))


main()
