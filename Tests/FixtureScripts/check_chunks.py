"""What other programs read of results that are made chunk by chunk, beside the pictures of the same image.

    check_chunks.py UNET MODEL IMAGE FOLDER

needs zarr, ome-zarr, ome-zarr-models, tifffile, imagecodecs, Pillow, openslide-python and openslide-bin.
Every value must be that of `--format pictures`; OME-Zarr must pass ome-zarr-models and open in ome-zarr-py.
"""

import pathlib
import subprocess
import sys

import numpy
import ome_zarr_models
import openslide
import tifffile
import zarr
from ome_zarr.io import parse_url
from ome_zarr.reader import Reader
from PIL import Image

Image.MAX_IMAGE_PIXELS = None
WORDS = ["probabilities", "labels", "logits", "instances"]
INSTANCES = "--seed-threshold 0.6 --smallest-area 20 --grow 3 --fill-holes".split()


def segment(unet, model, image, folder, form):
    command = [unet, "segment", model, image, "--output", str(folder), "--format", form, "-q", "--overwrite"]
    subprocess.run(command + ["--write", ",".join(WORDS)] + INSTANCES, check=True, stdout=subprocess.DEVNULL)


def picture(path):
    return tifffile.imread(path) if path.suffix == ".tif" else numpy.array(Image.open(path))


def halves(values, is_mean):
    """The next level: means of 2x2 pixels, or the first of them."""
    if not is_mean:
        return values[..., ::2, ::2]
    height, width = values.shape[-2:]
    padded = numpy.pad(
        values.astype(numpy.float64), [(0, 0)] * (values.ndim - 2) + [(0, height % 2), (0, width % 2)],
        constant_values=numpy.nan)
    parts = [padded[..., i::2, j::2] for i in (0, 1) for j in (0, 1)]
    return numpy.nanmean(numpy.stack(parts), axis=0)


def check(name, condition):
    print("ok  " if condition else "BAD ", name)
    return 0 if condition else 1


def main(unet, model, image, folder):
    folder, bad = pathlib.Path(folder), 0
    stem = pathlib.Path(image).stem
    for form in ["pictures", "ome-zarr", "ome-zarr-0.5", "pyramid"]:
        segment(unet, model, image, folder / form, form)
    for word in WORDS:
        whole = next(picture(path) for path in sorted((folder / "pictures").glob(f"{stem}-{word}.*")))
        for form in ["ome-zarr", "ome-zarr-0.5"]:
            path = folder / form / f"{stem}-{word}.ome.zarr"
            group = zarr.open_group(path, mode="r")
            levels = [group[key][:] for key in sorted(group.array_keys(), key=int)]
            bad += check(f"{form} {word}: zarr-python, {levels[0].shape}", numpy.array_equal(levels[0], whole))
            for number, (above, level) in enumerate(zip(levels, levels[1:]), 1):
                is_mean = word in ("probabilities", "logits")
                error = numpy.abs(halves(above, is_mean) - level).max()
                bad += check(f"{form} {word}: level {number} {level.shape}", error <= (1e-6 if is_mean else 0))
            kind = type(ome_zarr_models.open_ome_zarr(group)).__name__
            bad += check(f"{form} {word}: ome-zarr-models, {kind}", True)
            nodes = list(Reader(parse_url(path))())
            bad += check(f"{form} {word}: ome-zarr-py", len(nodes[0].data) == len(levels))
        path = folder / "pyramid" / f"{stem}-{word}.tif"
        with tifffile.TiffFile(path) as file:
            series = file.series[0]
            values = series.asarray()
            values = numpy.moveaxis(values, -1, 0) if values.ndim == 3 else values
            shapes = [level.shape for level in series.levels]
            bad += check(f"pyramid {word}: tifffile, {shapes}", numpy.array_equal(values, whole))
        if word == "labels":
            slide = openslide.OpenSlide(path)
            for number, size in enumerate(slide.level_dimensions):
                read = numpy.array(slide.read_region((0, 0), number, size))[..., 0]
                expected = series.levels[number].asarray()
                bad += check(f"pyramid labels: OpenSlide, level {number} {size}", numpy.array_equal(read, expected))
    print(f"{bad} bad")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
