#!/usr/bin/env python3
"""Writes Tests/Golden/objects.json: small maps of objects and of classes, and their figures by object_figures.py.

    pip install numpy scipy
    python3 Tests/FixtureScripts/make_objects_fixture.py
"""

import json
import os

import numpy as np

from object_figures import class_figures, object_figures
from random_maps import pair, unknown

OUTPUT = os.path.join(os.path.dirname(__file__), "..", "Golden", "objects.json")


def rows(*texts):
    return np.array([[int(digit) for digit in text] for text in texts])


def by_hand():
    """Exactly half of what two objects cover is shared, several times over; nothing in one, in the other, in both."""
    yield rows("112233", "112233"), rows("111111", "222222")
    yield rows("1122", "1122"), rows("1111", "1111")
    yield rows("1122", "0000"), rows("1000", "2200")
    # A chain in which every overlap is a half: four objects, and only two pairs.
    yield rows("11220000"), rows("01110000")
    yield rows("001111000000"), rows("111100002222")
    yield rows("1020", "3040"), rows("0000", "0000")
    yield rows("0000", "0000"), rows("0110", "0220")
    yield rows("0000", "0000"), rows("0000", "0000")


def entry(frames, figures):
    return {
        "frames": [
            {"width": truth.shape[1], "truth": truth.ravel().tolist(), "proposal": proposal.ravel().tolist()}
            for truth, proposal in frames
        ],
        "figures": figures(frames),
    }


def main():
    random = np.random.default_rng(2018)
    frames = list(by_hand())
    for shape, count in (((17, 23), 5), ((24, 20), 9), ((30, 31), 14), ((12, 12), 3), ((26, 40), 20)):
        truth, proposal = pair(random, shape, count)
        frames += [(truth, proposal), (unknown(random, truth), proposal)]
    classes = []
    for shape in ((11, 14), (16, 9)):
        truth = unknown(random, random.integers(0, 5, shape))
        classes.append((truth, np.where(random.random(shape) < 0.6, np.maximum(truth, 0), random.integers(0, 5, shape))))
    absent = [(rows("0133", "0011"), rows("0133", "0410"))]
    nothing = [(rows("00", "00"), rows("00", "00"))]
    golden = {
        "objects": [entry([frame], object_figures) for frame in frames] + [entry(frames, object_figures)],
        "classes": [entry(frames, class_figures) for frames in (classes[:1], classes, absent, nothing)],
    }
    # The maps of all frames together stand above, each by itself.
    golden["objects"][-1]["frames"] = []
    with open(OUTPUT, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")


main()
