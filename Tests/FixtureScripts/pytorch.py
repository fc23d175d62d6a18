"""Checks the `unet` command against PyTorch in Float64: counts of parameters, logits, and the change of
weights in training.  Prints a table of what was measured, the bound, and for comparison how far PyTorch in
Float32 is from itself in Float64; exits with 1 where a bound does not hold.

Measured are relative L2 errors.  In training they grow from step to step, for PyTorch as for us: a rounding
decides on which side of 0 an activation of nearly 0 lies, and with it whether a part of the gradient passes.

  python3 Tests/FixtureScripts/pytorch.py [--unet .build/release/unet] [--device opencl] [--full]

Needs: pip install torch numpy safetensors tifffile.  One to three minutes on two cores; --full adds training at
width 64, which takes as long again and 8 GB.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy as np
    import tifffile
    import torch
    from safetensors.numpy import load_file, save_file
except ImportError as error:
    sys.exit(f"pytorch.py needs {error.name}: pip install torch numpy safetensors tifffile")

import reference
from reference import SlidingWindow, UNet, distance, loaded, mirrored, output_side

CELLS = [  # images and labels of the output's size and the tile's mirrored border: every step sees the same
    "name: golden",
    "data: {images: image.tif, labels: labels.tif, kind: membranes, normalisation: none}",
    "augmentation: none",
]


class Command:
    """`unet` in a temporary folder."""

    def __init__(self, path, device, folder):
        self.path, self.device, self.folder = path, device, folder

    def __call__(self, verb, *arguments, device=True):
        device = ["--device", self.device] if device else []
        line = [str(self.path), verb, *map(str, arguments), *device]
        environment = {key: value for key, value in os.environ.items() if key != "UNET_DATA"}
        done = subprocess.run(line, cwd=self.folder, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(line)}\nended with {done.returncode}: {done.stderr.strip()}")

    def train(self, *experiment, output):
        """The model that an experiment of these lines leaves."""
        (self.folder / "golden.yaml").write_text("\n".join(experiment) + "\n")
        self("train", "golden.yaml", "--output", output, "--overwrite")
        return load_file(self.folder / output / "model.safetensors")


def network_line(variant, levels, width):
    return f"network: {{variant: {variant}, levels: {levels}, width: {width}, classes: 2, dropout: 0}}"


def check_parameters(unet, variant, count):
    """Names, shapes and number of the parameters of a model that the command made; how many are wrong."""
    weights = unet.train(
        "name: golden",
        "data: {synthetic: {kind: membranes, count: 1, size: 64}}",
        network_line(variant, 5, 64),
        "training: {tile: 188, steps: 1}",
        output="parameters",
    )
    loaded(UNet(variant), weights)  # strict: throws where a name or a shape differs
    return abs(sum(w.size for w in weights.values()) - count), 0


def segmented(unet, weights, variant, levels, width, tile, side, numerics="direct"):
    """The scores that the command gives a random image of `side`² pixels, and the image."""
    metadata = {
        "format": "swift-unet model 1",
        "network.variant": variant,
        "network.levels": str(levels),
        "network.width": str(width),
        "network.classes": "2",
        "network.channels": "1",
        "numerics": numerics,
        "normalisation": "none",
        "kind": "membranes",
        "tile": str(tile),
        "step": "0",
    }
    save_file(weights, unet.folder / "model.safetensors", metadata)
    image = np.random.default_rng(2).standard_normal((side, side)).astype(np.float32)
    tifffile.imwrite(unet.folder / "noise.tif", image)
    unet("segment", "model.safetensors", "noise.tif", "--output", "out", "--write", "logits", "--tile", tile)
    return tifffile.imread(unet.folder / "out/noise-logits.tif"), image


def check_logits(unet, variant, levels, width, tile, numerics):
    """Scores of a random model for a random image of the output's size, mirrored to the tile."""
    network = UNet(variant, levels, width)
    weights = reference.random_weights(network)
    side = output_side(tile, levels)
    ours, image = segmented(unet, weights, variant, levels, width, tile, side, numerics)
    precise, single = (
        reference.logits(loaded(network, weights, dtype), mirrored(image, tile))
        for dtype in (torch.float64, torch.float32)
    )
    return distance(ours, precise), distance(single, precise)


def check_windows(unet, width, tile, side):
    """Scores of every pixel of a random image, which the command computes together and PyTorch one by one."""
    network = SlidingWindow(width)
    weights = reference.random_weights(network)
    ours, image = segmented(unet, weights, "sliding-window", 0, width, tile, side)
    precise, single = (
        reference.window_logits(loaded(network, weights, dtype), image)
        for dtype in (torch.float64, torch.float32)
    )
    return distance(ours, precise), distance(single, precise)


def check_training(unet, variant, levels, width, tile, numerics):
    """The training of a U-Net."""
    line = network_line(variant, levels, width) + f"\nnumerics: {numerics}"
    return trained(unet, UNet(variant, levels, width), line, tile, output_side(tile, levels))


def check_window_training(unet, width, tile):
    """The training of the sliding window: labels and weights of every 16th pixel."""
    line = f"network: {{variant: sliding-window, width: {width}}}"
    return trained(unet, SlidingWindow(width), line, tile, tile - 94, stride=16)


def trained(unet, network, line, tile, side, stride=1, steps=5, rate=1e-3, momentum=0.99):
    """The change of all weights over a few steps on one drawing of cells with its boundary weight map."""
    initial = reference.random_weights(network)
    save_file(initial, unet.folder / "weights.safetensors")
    image, labels = reference.cells(side)
    tifffile.imwrite(unet.folder / "image.tif", image)
    tifffile.imwrite(unet.folder / "labels.tif", (255 * labels).astype(np.uint8))
    unet("weight-map", "labels.tif", "--kind", "membranes", "--output", "map.tif", device=False)
    weight_map = tifffile.imread(unet.folder / "map.tif").astype(np.float32)
    numbers = f"rate: {rate}, momentum: {momentum}, initial: weights.safetensors"
    ours = unet.train(
        *CELLS,
        line,
        f"training: {{tile: {tile}, steps: {steps}, {numbers}}}",
        output="trained",
    )

    def change(weights):
        return {name: w.astype(np.float64) - initial[name] for name, w in weights.items()}

    def pytorch(dtype):
        loaded(network, initial, dtype)
        thinned = (a[::stride, ::stride].copy() for a in (labels, weight_map))
        reference.train(network, mirrored(image, tile), *thinned, steps, rate, momentum)
        return change(reference.arrays(network))

    precise, single = pytorch(torch.float64), pytorch(torch.float32)
    return distance(change(ours), precise), distance(single, precise)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--unet", default=".build/release/unet", help="the command, built")
    options.add_argument("--device", default="opencl")
    options.add_argument("--full", action="store_true", help="training at width 64 as well")
    options = options.parse_args()
    if not Path(options.unet).is_file():
        sys.exit(f"{options.unet} is not there: swift build -c release")
    checks = [  # what is computed, its arguments, the bound
        (check_parameters, ("paper", 31_030_658), 0),
        (check_parameters, ("release", 31_100_354), 0),
        (check_logits, ("paper", 5, 64, 572, "direct"), 1e-5),
        (check_logits, ("paper", 5, 64, 572, "winograd"), 1e-5),
        (check_logits, ("paper", 5, 8, 572, "direct"), 3e-6),
        (check_logits, ("release", 3, 5, 92, "direct"), 3e-6),
        (check_training, ("paper", 5, 8, 572, "direct"), 1e-3),
        (check_training, ("paper", 5, 8, 572, "winograd"), 1e-3),
        (check_training, ("paper", 2, 32, 76, "winograd"), 1e-3),
        (check_training, ("paper", 3, 6, 92, "direct"), 1e-3),
        (check_training, ("release", 3, 5, 92, "direct"), 1e-3),
        (check_windows, (48, 95, 24), 3e-6),
        (check_window_training, (48, 351), 1e-3),
        (check_window_training, (7, 207), 1e-3),
    ] + [(check_training, ("paper", 5, 64, 572, n), 1e-3) for n in ("direct", "winograd")] * options.full
    failed = 0
    print(f"{'check':<38} {'measured':>9} {'bound':>9} {'PyTorch in Float32':>19}")
    with tempfile.TemporaryDirectory() as folder:
        unet = Command(Path(options.unet).resolve(), options.device, Path(folder))
        for check, arguments, bound in checks:
            measured, single = check(unet, *arguments)
            failed += not measured <= bound
            name = f"{check.__name__.removeprefix('check_')} {' '.join(map(str, arguments))}"
            verdict = "" if measured <= bound else "FAILED"
            print(f"{name:<38} {measured:9.2g} {bound:9.2g} {single:19.2g} {verdict}", flush=True)
    sys.exit(1 if failed else 0)


main()
