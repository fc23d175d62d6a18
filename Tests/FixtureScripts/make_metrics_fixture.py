#!/usr/bin/env python3
"""Writes Tests/AgreementTests/Fixtures/metrics.json: small random pictures and their figures by independent definitions.

    pip install numpy scipy scikit-image
    python3 Tests/FixtureScripts/make_metrics_fixture.py

Rand and information scores are counted pair by pair and pixel by pixel, and by scikit-image; regions and distances are
SciPy's; thinning, warping and SEG are plain Python, read word by word from Documentation/metrics.md.
"""

import json
import math
import os
from collections import Counter

import numpy as np
from scipy import ndimage
from skimage.metrics import adapted_rand_error, variation_of_information

OUTPUT = os.path.join(os.path.dirname(__file__), "..", "AgreementTests", "Fixtures", "metrics.json")
FOUR = ((0, -1), (-1, 0), (0, 1), (1, 0))  # (dy, dx): x - 1, y - 1, x + 1, y + 1
EIGHT = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]
THRESHOLDS = [0.0]
for _ in range(10):
    THRESHOLDS.append(THRESHOLDS[-1] + 0.1)


def regions(white):
    return ndimage.label(white)[0]  # SciPy's default in two dimensions: 4-connected


# Scores of partitions


def agreement(truth, proposal):
    """TP, FP and FN over all ordered pairs of pixels in a true region; F of information; variation of information."""
    inside = truth > 0
    a = truth[inside]
    # Each black pixel of the proposal is a region of its own.
    single = -1 - np.arange(a.size)
    b = np.where(proposal[inside] > 0, proposal[inside], single)
    same_a = a[:, None] == a[None, :]
    same_b = b[:, None] == b[None, :]
    tp, fp, fn = (same_a & same_b).sum(), (~same_a & same_b).sum(), (same_a & ~same_b).sum()

    def entropy(keys):
        return -sum(c / len(keys) * math.log(c / len(keys)) for c in Counter(keys).values())

    # A black pixel is alone in the proposal, and so in what both have in common.
    h_a, h_b = entropy(a.tolist()), entropy(b.tolist())
    h_ab = entropy(list(zip(a.tolist(), b.tolist())))
    mutual = h_a + h_b - h_ab
    f = 2 * mutual / (h_a + h_b) if h_a + h_b > 0 else 1.0
    return {"tp": int(tp), "fp": int(fp), "fn": int(fn), "info": f, "variation": h_a + h_b - 2 * mutual}


def thinned(basins):
    """The flood of Vincent and Soille over a binary map."""
    height, width = basins.shape
    if basins.max() == 0:
        return np.ones_like(basins)
    dry, waiting, outside = -1, -3, -2
    ids = np.full((height + 2, width + 2), outside)
    ids[1:-1, 1:-1] = np.where(basins > 0, basins, dry)
    queue = []
    for x in range(1, width + 1):
        for y in range(1, height + 1):
            if ids[y, x] == dry and any(ids[y + dy, x + dx] > 0 for dy, dx in FOUR):
                ids[y, x] = waiting
                queue.append((y, x))
    for y, x in queue:  # grows while it is walked through
        unsettled = False
        for dy, dx in FOUR:
            there = (y + dy, x + dx)
            if ids[there] > 0:
                if ids[y, x] == waiting or (ids[y, x] == 0 and unsettled):
                    ids[y, x] = ids[there]
                elif ids[y, x] > 0 and ids[y, x] != ids[there]:
                    ids[y, x], unsettled = 0, False
            elif ids[there] == 0:
                if ids[y, x] == waiting:
                    ids[y, x], unsettled = 0, True
            elif ids[there] == dry:
                ids[there] = waiting
                queue.append(there)
    return np.maximum(ids[1:-1, 1:-1], 0)


# Warping


def is_simple(picture, y, x):
    ring = picture[y - 1 : y + 2, x - 1 : x + 2].copy()
    ring[1, 1] = False
    white = ndimage.label(ring)[0]
    touching = {white[1 + dy, 1 + dx] for dy, dx in FOUR} - {0}
    black = ~picture[y - 1 : y + 2, x - 1 : x + 2]
    black[1, 1] = False
    return len(touching) == 1 and ndimage.label(black, np.ones((3, 3)))[1] == 1


def warping(truth, probabilities, threshold, radius=20):
    """Pixels left, splits, mergers."""
    picture = np.pad(truth > 0, 1)
    values = np.pad(probabilities.astype(np.float64), 1)
    proposal = values > threshold
    differing = [(y, x) for x in range(picture.shape[1]) for y in range(picture.shape[0]) if picture[y, x] != proposal[y, x]]
    differing.sort(key=lambda at: -abs(values[at] - threshold))  # stable
    changed = True
    while changed:
        changed, left = False, []
        for at in differing:
            if is_simple(picture, *at):
                picture[at] = not picture[at]
                changed = True
            else:
                left.append(at)
        differing = left
    ids = regions(picture)
    splits = mergers = 0
    for y, x in differing:
        labels = {ids[y + dy, x + dx] for dy, dx in EIGHT}
        if len(labels) > 2:
            splits, mergers = (splits + 1, mergers) if picture[y, x] else (splits, mergers + 1)
        elif len(labels) == 2 and picture[y, x]:
            window = np.zeros((2 * radius + 1, 2 * radius + 1), bool)
            for dy in range(-radius, radius + 1):
                for dx in range(-radius, radius + 1):
                    if 0 <= y + dy < picture.shape[0] and 0 <= x + dx < picture.shape[1]:
                        window[radius + dy, radius + dx] = picture[y + dy, x + dx]
            window[radius, radius] = False
            inside = regions(window)
            if len({inside[radius + dy, radius + dx] for dy, dx in EIGHT}) > 2:
                splits += 1
    return {"left": len(differing), "splits": splits, "mergers": mergers}


# SEG and the weight map


def jaccard(truth, proposal):
    result = []
    for cell in sorted(set(truth[truth > 0].tolist())):
        r, best = truth == cell, 0.0
        for candidate in set(proposal[r].tolist()) - {0}:
            s = proposal == candidate
            if 2 * (r & s).sum() > r.sum():
                best = float((r & s).sum() / (r | s).sum())
        result.append(best)
    return result


def weight_map(ids, w0, sigma):
    """Equation 2 with SciPy's distances to each cell."""
    cells = [i for i in np.unique(ids) if i > 0]
    distances = np.sort([ndimage.distance_transform_edt(ids != i) for i in cells], axis=0)
    background = ids == 0
    share = np.where(background, background.mean(), 1 - background.mean())
    border = w0 * np.exp(-((distances[0] + distances[1]) ** 2) / (2 * sigma**2))
    return np.minimum(1 / (2 * share), 10) + np.where(background, border, 0)


# Pictures


def voronoi(random, height, width, count):
    seeds = random.random((count, 2)) * (height, width)
    y, x = np.mgrid[:height, :width]
    return 1 + np.argmin([(y - a) ** 2 + (x - b) ** 2 for a, b in seeds], axis=0)


def parted(labels):
    """Labels with a border of 0 wherever two meet."""
    border = (ndimage.maximum_filter(labels, 3) != labels) | (ndimage.minimum_filter(labels, 3) != labels)
    return np.where(border, 0, labels)


def main():
    random = np.random.default_rng(2015)
    whole, stacks, objects, weights = [], [], [], []
    for height, width, true, proposed in ((17, 23, 5, 7), (30, 20, 9, 3), (12, 12, 1, 6)):
        truth, proposal = voronoi(random, height, width, true), voronoi(random, height, width, proposed)
        error, precision, recall = adapted_rand_error(truth, proposal, ignore_labels=())
        variation = variation_of_information(truth, proposal, ignore_labels=())
        whole.append({
            "height": height, "width": width, "truth": truth.ravel().tolist(), "proposal": proposal.ravel().tolist(),
            "error": float(error), "precision": float(precision), "recall": float(recall),
            "variation": float(variation.sum() * math.log(2)),
        })
    for height, width, count, blur, noise in ((26, 31, 7, 0.8, 0.3), (24, 24, 4, 0.6, 0.6), (48, 45, 6, 1.2, 0.25)):
        truth = (parted(voronoi(random, height, width, count)) > 0).astype(int)
        rough = ndimage.gaussian_filter(truth.astype(float), blur) + noise * random.standard_normal(truth.shape)
        grey = np.clip(np.rint(255 * rough), 0, 255).astype(int)
        probabilities = grey.astype(np.float32) / np.float32(255)
        rows = []
        for threshold in THRESHOLDS:
            proposal = regions(probabilities.astype(np.float64) > threshold)
            rows.append({
                "plain": agreement(regions(truth > 0), proposal),
                "thinned": agreement(regions(truth > 0), thinned(proposal)),
                "warping": warping(truth, probabilities, threshold),
            })
        stacks.append({
            "height": height, "width": width, "truth": truth.ravel().tolist(), "grey": grey.ravel().tolist(), "rows": rows,
        })
    for _ in range(3):
        truth = parted(voronoi(random, 25, 28, 8)) * 3
        proposal = parted(voronoi(random, 25, 28, 8))
        proposal = np.where(random.random(truth.shape) < 0.7, (truth > 0) * (truth + 1), proposal)
        objects.append({
            "height": 25, "width": 28, "truth": truth.ravel().tolist(), "proposal": proposal.ravel().tolist(),
            "jaccard": jaccard(truth, proposal),
        })
    for height, width, count, w0, sigma in ((40, 33, 9, 10, 5), (30, 44, 3, 4, 9)):
        ids = voronoi(random, height, width, count)
        ids = np.where(ndimage.gaussian_filter(random.standard_normal(ids.shape), 2) > -0.03, parted(ids), 0)
        weights.append({
            "height": height, "width": width, "ids": ids.ravel().tolist(), "w0": w0, "sigma": sigma,
            "weights": [round(float(w), 7) for w in weight_map(ids, w0, sigma).ravel()],
        })
    with open(OUTPUT, "w") as file:
        json.dump({"whole": whole, "stacks": stacks, "objects": objects, "weights": weights}, file, separators=(",", ":"))
        file.write("\n")


main()
