#!/usr/bin/env python3
"""Compares the lists of instances that `unet segment` writes, outlines, rois and measurements, with its instances: drawn again from GeoJSON by
scikit-image, read by roifile, measured by scikit-image's regionprops.

  pip install numpy tifffile imagecodecs roifile scikit-image
  python3 check_objects.py [UNET]

UNET is the command (default: .build/release/unet).  Exits with 1 where something differs.
"""
import csv, json, pathlib, subprocess, sys, tempfile, zipfile

import numpy as np
import roifile
import tifffile
from skimage.measure import regionprops

EXPERIMENT = """
name: x
data: {synthetic: {kind: cells, count: 4, size: 128}}
network: {levels: 2, width: 6, dropout: 0}
training: {tile: 60, steps: 250, optimizer: adam, rate: 0.002}
"""


def covered(rings, shape):
    """The pixels inside an odd number of rings, whose corners are corners of pixels."""
    inside = np.zeros(shape, bool)
    for ring in rings:
        corners = np.asarray(ring)
        for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, 0)):
            if x0 == x1:  # a vertical edge turns everything to its right
                inside[min(y0, y1) : max(y0, y1), x0:] ^= True
    return inside


def main():
    unet = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".build/release/unet").resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)

        def run(*arguments):
            subprocess.run([unet, *map(str, arguments)], cwd=folder, check=True, capture_output=True)

        (folder / "x.yaml").write_text(EXPERIMENT)
        run("train", "x.yaml", "--device", "cpu")
        run("synthesize", "cells", "--output", "new", "--count", "3", "--size", "150", "--seed", "9")
        # Thresholds at which there are holes, and pixels that touch at corners.
        holes, corners, count = 0, 0, 0
        for threshold in (0.3, 0.5, 0.7, 0.9):
            run("segment", "runs/x/model.safetensors", "new/images.tif", "--output", "out", "--overwrite", "--device", "cpu",
                "--threshold", threshold, "--write", "instances,outlines,rois,measurements")
            instances = tifffile.imread(folder / "out/images-instances.tif")
            images = tifffile.imread(folder / "new/images.tif")
            features = json.load(open(folder / "out/images-outlines.geojson"))["features"]
            rois = [roifile.ImagejRoi.frombytes(data) for data in read_zip(folder / "out/images-rois.zip")]
            rows = list(csv.DictReader(open(folder / "out/images-measurements.csv")))
            expected = [(page, region) for page in range(3) for region in regionprops(instances[page], images[page])]
            assert len(features) == len(rois) == len(rows) == len(expected)
            for (page, region), feature, roi, row in zip(expected, features, rois, rows):
                mask = instances[page] == region.label
                geometry = feature["geometry"]
                parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
                assert all(ring[0] == ring[-1] for part in parts for ring in part)
                assert np.array_equal(covered([ring[:-1] for part in parts for ring in part], mask.shape), mask)
                assert geometry["plane"]["z"] == page and feature["properties"]["name"] == str(region.label)
                paths = roi.coordinates(multi=True)
                assert np.array_equal(covered([path[:-1] if np.array_equal(path[0], path[-1]) else path for path in map(lambda p: np.asarray(p).astype(int), paths)], mask.shape), mask)
                assert roi.position == page + 1
                holes += any(len(part) > 1 for part in parts)
                corners += geometry["type"] == "MultiPolygon"
                assert (int(row["page"]), int(row["instance"]), int(row["area"])) == (page, region.label, region.area)
                found = [float(row[key]) for key in ("row", "column", "top", "left", "bottom", "right", "diameter", "mean", "least", "greatest")]
                top, left, bottom, right = region.bbox
                wanted = [*region.centroid, top, left, bottom - 1, right - 1, region.equivalent_diameter_area, region.intensity_mean, region.intensity_min, region.intensity_max]
                assert np.allclose(found, wanted, atol=0.001), (found, wanted)
                axes = [float(row[key]) for key in ("major-axis", "minor-axis")]
                assert np.allclose(axes, [region.axis_major_length, region.axis_minor_length], atol=0.002), (axes, region.axis_major_length, region.axis_minor_length)
                count += 1
        print(f"{count} instances, {holes} with holes, {corners} in parts: equal")
        assert count > 100 and holes > 3


def read_zip(path):
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name) for name in archive.namelist()]


main()
