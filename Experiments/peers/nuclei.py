#!/usr/bin/env python3
"""Nuclei in fluorescence (BBBC039v1, Caicedo et al., Cytometry Part A 95, 2019; public domain), as experiments read them.

  python3 nuclei.py FOLDER DATA

takes images (16-bit TIFF) and masks (PNG) of the same names from FOLDER/images and FOLDER/masks, and writes into DATA/bbbc039 the
first 30 by name to train on, and the last 50, of other rows of the plate, to judge: train/images, train/labels, test/images,
test/labels.  A mask's first channel is a colour of each nucleus, another one where two touch; each connected region of a colour gets
a number of its own.
"""
import pathlib, sys

import numpy as np
import tifffile
from PIL import Image
from scipy import ndimage


def numbered(colours):
    """Each connected region of a colour with its own number, 0 outside."""
    labels = np.zeros(colours.shape, np.uint16)
    for colour in np.unique(colours[colours > 0]):
        regions, _ = ndimage.label(colours == colour)
        labels[regions > 0] = (regions + labels.max())[regions > 0]
    return labels


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, target = (pathlib.Path(argument) for argument in sys.argv[1:])
    images = sorted((source / "images").glob("*.tif"))
    if len(images) != 200:
        sys.exit(f"{source / 'images'}: has {len(images)} TIFF files where BBBC039 has 200; give the folder above images and masks")
    for part, chosen in (("train", images[:30]), ("test", images[-50:])):
        for folder in ("images", "labels"):
            (target / "bbbc039" / part / folder).mkdir(parents=True, exist_ok=True)
        for path in chosen:
            mask = np.asarray(Image.open(source / "masks" / f"{path.stem}.png"))
            place = target / "bbbc039" / part
            tifffile.imwrite(place / "images" / path.name, tifffile.imread(path))
            tifffile.imwrite(place / "labels" / path.name, numbered(mask[..., 0] if mask.ndim == 3 else mask))


if __name__ == "__main__":
    main()
