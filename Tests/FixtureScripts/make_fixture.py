"""Makes Tests/AgreementTests/Fixtures/unet.safetensors: what PyTorch says, in Float64, of a small network.

  python3 Tests/FixtureScripts/make_fixture.py

Needs: pip install torch numpy safetensors.  The tests read the file and need none of them; it is made anew
only where the network, the loss or the optimiser is to mean something else.

Levels 3, width 4, 1 channel, 2 classes, a tile of 60² pixels, of which 20² are segmented.  Tensors, in
PyTorch's order:
  image [60, 60]   labels [20, 20]   weight-map [20, 20]
  weights/NAME                      initial weights that both variants share
  VARIANT/weights/NAME              initial weights of one variant alone
  VARIANT/logits [2, 20, 20]        of the initial weights
  VARIANT/gradient/NAME             of the first step
  VARIANT/change/NAME               of the weights over the steps that the metadata describe
  paper/adam/NAME                   the same by AdamW, with momentum as its first beta
All are rounded to Float32 after the last operation.
"""

import sys
from pathlib import Path

try:
    import numpy as np
    import torch
    from safetensors.numpy import save_file
except ImportError as error:
    sys.exit(f"make_fixture.py needs {error.name}: pip install torch numpy safetensors")

from reference import UNet, arrays, cells, loaded, logits, mirrored, random_weights, train

FILE = Path(__file__).parents[1] / "AgreementTests/Fixtures/unet.safetensors"
LEVELS, WIDTH, TILE = 3, 4, 60
STEPS, RATE, MOMENTUM, DECAY = 3, 0.015625, 0.75, 0.125  # exact in Float32
BETA2, EPSILON = 0.96875, 0.0009765625  # so large an epsilon that its place matters


def main():
    image, labels = cells(20, seed=3, spacing=10)
    weight_map = np.random.default_rng(4).uniform(0, 4, labels.shape).astype(np.float32)
    weight_map[:3, :5] = 0  # not annotated
    tile = mirrored(image, TILE)
    file = {"image": tile, "labels": labels, "weight-map": weight_map}
    for variant in ("paper", "release"):
        network = UNet(variant, LEVELS, WIDTH)
        initial = random_weights(network, seed=5)
        for name, weights in initial.items():
            own = name.startswith(("decoder.0.up", "decoder.0.conv1.weight"))
            key = f"{variant}/weights/{name}" if own else f"weights/{name}"
            assert np.array_equal(file.setdefault(key, weights), weights), f"{key} is to be shared"
        loaded(network, initial)
        file[f"{variant}/logits"] = logits(network, tile)
        losses, gradient = train(network, tile, labels, weight_map, STEPS, RATE, MOMENTUM, DECAY)
        for name, weights in arrays(network).items():
            file[f"{variant}/gradient/{name}"] = gradient[name]
            file[f"{variant}/change/{name}"] = weights - initial[name]
        print(f"{variant}: losses {losses}")
        if variant == "paper":
            loaded(network, initial)
            adam = {"betas": (MOMENTUM, BETA2), "eps": EPSILON}
            losses, _ = train(network, tile, labels, weight_map, STEPS, RATE, MOMENTUM, DECAY, adam)
            for name, weights in arrays(network).items():
                file[f"{variant}/adam/{name}"] = weights - initial[name]
            print(f"{variant}, Adam: losses {losses}")
    metadata = {
        "levels": LEVELS,
        "width": WIDTH,
        "steps": STEPS,
        "rate": RATE,
        "momentum": MOMENTUM,
        "decay": DECAY,
        "beta2": BETA2,
        "epsilon": EPSILON,
    }
    file = {name: np.ascontiguousarray(tensor, dtype=np.float32) for name, tensor in file.items()}
    FILE.parent.mkdir(exist_ok=True)
    save_file(file, FILE, {key: str(value) for key, value in metadata.items()})
    print(f"{FILE.name}: {FILE.stat().st_size} bytes")


main()
