#!/usr/bin/env python3
"""Compares object_figures.py with StarDist, Cellpose and scikit-image on random maps: what it says on standard output.

    pip install numpy scipy scikit-image stardist cellpose
    python3 Tests/FixtureScripts/check_object_figures.py
"""

import numpy as np
from cellpose.metrics import average_precision as cellpose_precision
from skimage.segmentation import relabel_sequential
from sklearn.metrics import f1_score, jaccard_score
from stardist.matching import matching, matching_dataset

from object_figures import LIMITS, Objects, class_figures, frame_counts, object_figures
from random_maps import pair


def sequential(ids):
    return relabel_sequential(ids.astype(np.int64))[0]


def main():
    random = np.random.default_rng(1)
    frames, compared = [], 0
    for _ in range(400):
        shape = tuple(random.integers(8, 60, 2))
        truth, proposal = (sequential(ids) for ids in pair(random, shape, int(random.integers(2, 30))))
        if truth.max() == 0 or proposal.max() == 0:
            continue
        frames.append((truth, proposal))
        counts, figures = frame_counts(truth, proposal), object_figures(frames[-1:])
        cellpose = cellpose_precision(truth, proposal, [float(limit) for limit in LIMITS])[0]
        for place, limit in enumerate(LIMITS):
            stardist = matching(truth, proposal, thresh=float(limit))
            assert (stardist.tp, stardist.fp, stardist.fn) == tuple(counts["limits"][place]), (limit, stardist)
            assert abs(stardist.accuracy - figures[f"ap{int(100 * limit)}"]) < 1e-12
            assert abs(cellpose[place] - figures[f"ap{int(100 * limit)}"]) < 1e-6
        # StarDist takes a match of exactly a half too.
        if not (2 * Objects(truth, proposal).shared == Objects(truth, proposal).union).any():
            # It sums in 32 bit.
            assert abs(matching(truth, proposal, thresh=0.5).panoptic_quality - figures["pq"]) < 1e-6
        compared += 1
    for by_image, suffix in ((False, ""), (True, "-of-images")):
        whole = matching_dataset(
            [truth for truth, _ in frames], [proposal for _, proposal in frames], thresh=0.5, by_image=by_image, show_progress=False)
        assert abs(whole.accuracy - object_figures(frames)[f"ap50{suffix}"]) < 1e-9, suffix
    for _ in range(100):
        truth, proposal = (random.integers(0, 4, (9, 12)) for _ in range(2))
        figures = class_figures([(truth, proposal)])
        flat = (truth.ravel(), proposal.ravel())
        for number, iou, dice in zip(
            range(1, 4), jaccard_score(*flat, labels=[1, 2, 3], average=None), f1_score(*flat, labels=[1, 2, 3], average=None)):
            assert abs(iou - figures[f"iou-{number}"]) < 1e-12 and abs(dice - figures[f"dice-{number}"]) < 1e-12
    print(f"{compared} pairs of maps: TP, FP, FN and AP at ten limits, PQ, and the figures of classes agree")


main()
