#!/usr/bin/env python3
"""Compares `unet export` in other programs with `unet segment`: ONNX in onnxruntime, `swift_unet.py` in PyTorch, and the package for
bioimage.io by the test of bioimageio.core.  Every network, after a short training; grey and colour, two to four classes, every
normalisation; images of 700 x 517 pixels, and some smaller than the network's margins.

  pip install numpy tifffile onnx onnxruntime torch safetensors bioimageio.core "pydantic<2.12"
  python3 check_export.py [UNET]

UNET is the command (default: .build/release/unet).  Exits with 1 where a probability differs by more than 0.00001.
"""
import pathlib, runpy, subprocess, sys, tempfile

import numpy as np
import onnx
import onnxruntime
import tifffile
from bioimageio.core import Sample, Tensor, create_prediction_pipeline, load_model_description, test_model
from bioimageio.spec.model.v0_5 import TensorId

BOUND = 1e-5
CASES = [  # network, tile, channels, classes, normalisation
    ("{variant: paper, levels: 5, width: 8, dropout: 0}", 284, 1, 2, "mean-deviation"),
    ("{variant: paper, levels: 3, width: 32, dropout: 0}", 140, 3, 4, "percentile"),
    ("{variant: paper, levels: 4, width: 6, dropout: 0, up-relu: true}", 188, 2, 3, "mean-deviation"),
    ("{variant: release, levels: 4, width: 8, dropout: 0}", 188, 3, 2, "none"),
    ("{variant: padded, levels: 4, width: 8, dropout: 0}", 176, 1, 4, "mean-deviation"),
    ("{variant: padded, levels: 2, width: 12, dropout: 0}", 64, 3, 2, "percentile"),
    ("{variant: sliding-window, width: 12}", 127, 1, 2, "mean-deviation"),
    ("{variant: sliding-window, width: 12}", 127, 3, 4, "percentile"),
]
SIZES = [(700, 517), (517, 700), (41, 30), (1, 9)]


def pictures(folder, channels, classes, random, normalisation):
    """Discs of classes on noise, and pictures to segment: of 8 bits, and from 0 to 1 where nothing normalises them."""

    def save(name, image):
        image = image.clip(0, 255).astype(np.uint8)
        image = image.astype(np.float32) / 255 if normalisation == "none" else image
        np.save(folder / name, image[..., 0] if channels == 1 else image)

    y, x = np.mgrid[:256, :256]
    for i in range(3):
        labels = np.zeros((256, 256), np.uint8)
        for _ in range(25):
            cy, cx, r = random.integers(0, 256), random.integers(0, 256), random.integers(6, 22)
            labels[(y - cy) ** 2 + (x - cx) ** 2 < r * r] = random.integers(1, classes)
        image = 60 + 40 * labels[..., None] * (1 + np.arange(channels)) / 2 + random.normal(0, 15, (256, 256, channels))
        tifffile.imwrite(folder / f"labels-{i}.tif", labels)
        save(f"image-{i}.npy", image)
    for height, width in SIZES:
        save(f"new-{height}x{width}.npy", random.gamma(2, 40, (height, width, channels)))


def fits(package, random):
    """Whether blocks that bioimageio.core cuts fit together to what the network says of the whole image."""
    image = random.gamma(2, 40, (1, 1, 800, 720)).astype(np.float32)
    sample = Sample(members={TensorId("image"): Tensor.from_numpy(image, dims=["batch", "channel", "y", "x"])}, stat={}, id="x")
    pipeline = create_prediction_pipeline(load_model_description(package / "rdf.yaml"))
    found = pipeline.predict_sample_with_blocking(sample).members[TensorId("probabilities")].data.values
    session = onnxruntime.InferenceSession(package / "weights.onnx", providers=["CPUExecutionProvider"])
    expected = session.run(None, {"image": (image - image.mean()) / image.std()})[0]
    return np.abs(found - expected).max() <= BOUND


def check(unet, case, number):
    network, tile, channels, classes, normalisation = case
    with tempfile.TemporaryDirectory() as name:
        folder, random = pathlib.Path(name), np.random.default_rng(number)

        def run(*arguments):
            done = subprocess.run([unet, *map(str, arguments)], cwd=folder, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"unet {' '.join(map(str, arguments))}: {done.stderr}")

        pictures(folder, channels, classes, random, normalisation)
        (folder / "x.yaml").write_text(
            f"name: x\ndata: {{images: 'image-*.npy', labels: 'labels-*.tif', kind: classes, normalisation: {normalisation}}}\n"
            f"network: {network[:-1]}, classes: {classes}}}\nloss: {{w0: 0}}\naugmentation: none\n"
            f"training: {{tile: {tile}, steps: 40, optimizer: adam, rate: 0.002}}\n")
        run("train", "x.yaml", "--device", "cpu")
        model = "runs/x/model.safetensors"
        run("export", model, "--to", "onnx", "--output", "x.onnx")
        run("export", model, "--to", "torch", "--output", "torch")
        run("export", model, "--to", "bioimageio", "--output", "package", "--example", "new-700x517.npy", "--name", "A model of a test",
            "--description", "Discs on noise: a test.", "--author", "Nobody", "--license", "CC0-1.0", "--cite", "10.1038/s41592-018-0261-2", "--cite", "https://example.org")
        passed = test_model(folder / "package/rdf.yaml").status == "passed" and (number > 0 or fits(folder / "package", random))
        # The program beside the weights is what a user would import.
        program = runpy.run_path(str(folder / "torch/swift_unet.py"))
        network = program["load"](str(folder / "torch/model.safetensors"))
        onnx.checker.check_model(onnx.load(folder / "x.onnx"), full_check=True)
        session = onnxruntime.InferenceSession(folder / "x.onnx", providers=["CPUExecutionProvider"])
        run("segment", model, *[f"new-{h}x{w}.npy" for h, w in SIZES], "--output", "out", "--write", "probabilities", "--device", "cpu")
        worst, spread, torchs = 0.0, 0.0, 0.0
        for height, width in SIZES:
            image = np.load(folder / f"new-{height}x{width}.npy").reshape(height, width, channels)
            given = image.astype(np.float32).transpose(2, 0, 1)[None]
            found = session.run(["probabilities"], {"image": given})[0][0]
            # Of two images at once each is normalised by itself.
            pair = session.run(["probabilities"], {"image": np.concatenate([given[:, :, ::-1] * 0.5, given])})[0][1]
            worst = max(worst, np.abs(pair - found).max())
            expected = tifffile.imread(folder / f"out/new-{height}x{width}-probabilities.tif").reshape(-1, height, width)
            inside = slice(1, None) if classes == 2 else slice(None)
            worst, spread = max(worst, np.abs(found[inside] - expected).max()), max(spread, expected.max() - expected.min())
            torchs = max(torchs, np.abs(network.segment(image)[inside] - expected).max())
    words = f"{case[0]} {channels} channels, {classes} classes, {normalisation}"
    print(f"{words}: onnx {worst:.1e}, torch {torchs:.1e} of probabilities that span {spread:.2f}; bioimageio {'passed' if passed else 'FAILED'}", flush=True)
    return max(worst, torchs) <= BOUND and spread > 0.1 and passed


if __name__ == "__main__":
    unet = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".build/release/unet").resolve())
    sys.exit(not all([check(unet, case, number) for number, case in enumerate(CASES)]))
