"""Makes Tests/AgreementTests/Fixtures/augmentation.safetensors: samples of section 3.1 as SciPy makes them, in Float64.

  python3 Tests/FixtureScripts/make_augmentation_fixture.py

Needs: pip install numpy scipy.  The tests read the file and need neither; it is made anew only where augmentation is to
mean something else (Documentation/augmentation.md).

Written from the documents, not from the code: random numbers and what is drawn with them from numerics.md; the surface of
displacements and the image as Hermite splines whose slopes are second-order differences (which is Keys' convolution);
labels by scipy.ndimage.  Tensors, for each case of CASES and step:
  CASE/STEP/image [40, 40]    CASE/STEP/labels [24, 24], -1 where two pixels are equally near within 1/1000
"""

import json
import struct
import sys
from pathlib import Path

try:
    import numpy as np
    from scipy.interpolate import CubicHermiteSpline
    from scipy.ndimage import map_coordinates
    from scipy.stats import norm
except ImportError as error:
    sys.exit(f"make_augmentation_fixture.py needs {error.name}: pip install numpy scipy")

FILE = Path(__file__).parents[1] / "AgreementTests/Fixtures/augmentation.safetensors"
HEIGHT, WIDTH, INPUT, OUTPUT, SEED = 60, 70, 40, 24, 11
# rotation in degrees, grid, deviation, contrast, brightness
CASES = {"paper": (180, 3, 10, 0.1, 0.1), "other": (20, 5, 2, 0.4, 1)}
STEPS = 3
SAMPLING, DEFORMATION, GREY = 0xDA7A0001, 0xDA7A0002, 0xDA7A0003
WORD = 0xFFFFFFFF


def mix(h):
    h ^= h >> 16
    h = h * 0x7FEB352D & WORD
    h ^= h >> 15
    h = h * 0x846CA68B & WORD
    return h ^ h >> 16


class Stream:
    def __init__(self, number):
        self.key = mix(mix(SEED + 0x9E3779B9 & WORD) ^ mix(mix(number)))

    def bits(self, step, index):
        return mix(mix(index * 0x9E3779B1 + self.key & WORD) ^ mix(step + 0x85EBCA77 & WORD))

    def uniform(self, step, index):
        return (self.bits(step, index) + 0.5) / 2**32

    def below(self, bound, step, index):
        return self.bits(step, index) * bound >> 32


def spline(values, axis):
    """Through values at 0, 1, 2 ... along an axis."""
    slopes = np.gradient(values, axis=axis, edge_order=2)
    return CubicHermiteSpline(np.arange(values.shape[axis]), values, slopes, axis=axis)


def places(stream, deformations, step, rotation, grid, deviation):
    """Rows and columns [2, INPUT, INPUT] of the image where the tile's pixels lie."""
    top, left = stream.below(HEIGHT - OUTPUT + 1, step, 1), stream.below(WIDTH - OUTPUT + 1, step, 2)
    bits = stream.bits(step, 3)
    i, j = np.mgrid[:INPUT, :INPUT] - (INPUT - 1) / 2
    i, j = (-i if bits & 1 else i), (-j if bits & 2 else j)
    if bits & 4:
        i, j = j, i
    angle = np.radians(rotation * (2 * deformations.uniform(step, 0) - 1))
    y = top + (OUTPUT - 1) / 2 + np.cos(angle) * i - np.sin(angle) * j
    x = left + (OUTPUT - 1) / 2 + np.sin(angle) * i + np.cos(angle) * j
    drawn = [norm.ppf(deformations.uniform(step, 2 + n)) for n in range(2 * grid * grid)]
    vectors = deviation * np.array(drawn).reshape(grid, grid, 2)
    at = np.linspace(0, grid - 1, INPUT)
    moved = spline(spline(vectors, 0)(at), 1)(at)
    return np.stack([y + moved[..., 0], x + moved[..., 1]])


def interpolated(image, at):
    """Values of the mirrored image between its pixels: along rows first, then across the four nearest."""
    pad = 120
    padded = np.pad(image, pad, mode="reflect")
    y, x = at.reshape(2, -1) + pad
    first = np.floor(y).astype(int)
    along = spline(padded, 1)
    rows = np.array([along(v) for v in x])  # [points, rows]
    four = np.stack([rows[np.arange(len(y)), first + k] for k in (-1, 0, 1, 2)])
    slopes = (four[2:] - four[:-2]) / 2
    t = y - first
    return (
        four[1] * (2 * t**3 - 3 * t**2 + 1) + slopes[0] * (t**3 - 2 * t**2 + t)
        + four[2] * (3 * t**2 - 2 * t**3) + slopes[1] * (t**3 - t**2)
    ).reshape(INPUT, INPUT)


def sample(step, rotation, grid, deviation, contrast, brightness):
    row, column = np.mgrid[:HEIGHT, :WIDTH]
    image = (row * 31 + column * 17 + row * column) % 97 / 8
    classes = (row // 5 + column // 7) % 3
    at = places(Stream(SAMPLING), Stream(DEFORMATION), step, rotation, grid, deviation)
    grey = Stream(GREY)
    c = 1 + contrast * (2 * grey.uniform(step, 0) - 1)
    b = brightness * (2 * grey.uniform(step, 1) - 1)
    changed = image.mean() + c * (interpolated(image, at) - image.mean()) + b * image.std()
    margin = (INPUT - OUTPUT) // 2
    inner = at[:, margin:margin + OUTPUT, margin:margin + OUTPUT]
    labels = map_coordinates(classes, inner, order=0, mode="mirror")
    tie = (abs(inner % 1 - 0.5) < 1e-3).any(axis=0)
    return changed, np.where(tie, -1, labels)


def save(tensors):
    header, body = {}, b""
    for name, tensor in sorted(tensors.items()):
        data = tensor.astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    FILE.write_bytes(struct.pack("<Q", len(text)) + text + body)


def main():
    file = {}
    for name, case in CASES.items():
        for step in range(STEPS):
            file[f"{name}/{step}/image"], file[f"{name}/{step}/labels"] = sample(step, *case)
    save(file)
    print(f"{FILE.name}: {FILE.stat().st_size} bytes")


main()
