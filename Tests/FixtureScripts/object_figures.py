"""Figures of objects and of classes by their definitions, object by object; Documentation/metrics.md has the definitions.

Maps are arrays of whole numbers: 0 none, less than 0 in the truth unknown.  Every pair of objects is compared mask by
mask, and SciPy pairs them.
"""

from fractions import Fraction

import numpy as np
from scipy.optimize import linear_sum_assignment

LIMITS = [Fraction(limit, 20) for limit in range(10, 20)]


class Objects:
    """The shared pixels and unions of all pairs; pixels of unknown truth belong to no object."""

    def __init__(self, truth, proposal):
        known = truth >= 0
        true = [truth == number for number in np.unique(truth[truth > 0])]
        proposed = [proposal == number for number in np.unique(proposal[proposal > 0])]
        # A proposed object that is mostly unknown is no mistake.
        self.void = [2 * (mask & ~known).sum() > mask.sum() for mask in proposed]
        proposed = [mask & known for mask in proposed]
        self.true_areas = [int(mask.sum()) for mask in true]
        self.proposed_areas = [int(mask.sum()) for mask in proposed]
        shape = (len(true), len(proposed))
        self.shared, self.union = np.zeros(shape, int), np.ones(shape, int)
        for i, a in enumerate(true):
            for j, b in enumerate(proposed):
                self.shared[i, j], self.union[i, j] = (a & b).sum(), (a | b).sum()
        self.iou = self.shared / self.union

    def pairs(self, worth):
        """The pairs of the greatest total worth, without those that are worth nothing."""
        rows, columns = linear_sum_assignment(worth, maximize=True)
        return [(i, j) for i, j in zip(rows, columns) if worth[i, j] > 0]

    def counts(self, pairs):
        """TP, FP, FN."""
        matched = {j for _, j in pairs}
        surplus = sum(j not in matched and not void for j, void in enumerate(self.void))
        return np.array([len(pairs), surplus, len(self.true_areas) - len(pairs)])


def frame_counts(truth, proposal):
    """What a frame adds: TP, FP, FN at each limit; those above a half and their quality; shared and united pixels."""
    objects = Objects(truth, proposal)
    limits = []
    for limit in LIMITS:
        reached = limit.denominator * objects.shared >= limit.numerator * objects.union
        # The most pairs first, then the closest, as the field's tools pair them.
        limits.append(objects.counts(objects.pairs(np.where(reached, 1 + objects.iou / (1 + sum(objects.iou.shape)), 0))))
    over = 2 * objects.shared > objects.union
    segments = [(i, j) for i in range(over.shape[0]) for j in range(over.shape[1]) if over[i, j]]
    quality = sum(objects.iou[i, j] for i, j in segments)
    # Of equal sums of intersections over union, the pairs that share most.
    best = objects.pairs(objects.iou + 1e-7 * objects.shared / max(1, truth.size))
    paired = {j for _, j in best}
    shared = sum(objects.shared[i, j] for i, j in best)
    areas = sum(objects.true_areas) + sum(
        area for j, area in enumerate(objects.proposed_areas) if j in paired or not objects.void[j])
    return {"limits": limits, "segments": objects.counts(segments), "quality": quality, "shared": shared, "united": areas - shared}


def share(part, whole):
    return None if whole == 0 else float(part / whole)


def mean(values):
    values = [value for value in values if value is not None]
    return float(np.mean(values)) if values else None


def average_precision(counts):
    return share(counts[0], counts.sum())


def panoptic(counts, quality):
    return share(quality, counts[0] + counts[1:].sum() / 2)


def object_figures(frames):
    """The figures of pairs of maps, by name; None where one is not defined."""
    frames = [frame_counts(truth, proposal) for truth, proposal in frames]
    figures = {}
    for place, limit in enumerate(LIMITS):
        figures[f"ap{int(100 * limit)}"] = average_precision(sum(frame["limits"][place] for frame in frames))
    figures["mean-ap"] = mean(list(figures.values()))
    figures["ap50-of-images"] = mean([average_precision(frame["limits"][0]) for frame in frames])
    figures["mean-ap-of-images"] = mean([mean([average_precision(at) for at in frame["limits"]]) for frame in frames])
    figures["aji"] = share(sum(frame["shared"] for frame in frames), sum(frame["united"] for frame in frames))
    figures["aji-of-images"] = mean([share(frame["shared"], frame["united"]) for frame in frames])
    counts, quality = sum(frame["segments"] for frame in frames), sum(frame["quality"] for frame in frames)
    figures["pq"] = panoptic(counts, quality)
    figures["sq"] = share(quality, counts[0])
    figures["rq"] = panoptic(counts, counts[0])
    figures["pq-of-images"] = mean([panoptic(frame["segments"], frame["quality"]) for frame in frames])
    return figures


def class_figures(frames):
    """The share of wrong pixels, and of each class its intersection over union and Dice's coefficient."""
    truth = np.concatenate([truth.ravel() for truth, _ in frames])
    proposal = np.concatenate([proposal.ravel() for _, proposal in frames])
    truth, proposal = truth[truth >= 0], proposal[truth >= 0]
    figures = {"wrong-pixels": share((truth != proposal).sum(), truth.size)}
    for number in range(1, int(max(truth.max(initial=0), proposal.max(initial=0), 1)) + 1):
        a, b = truth == number, proposal == number
        figures[f"iou-{number}"] = share((a & b).sum(), (a | b).sum())
        figures[f"dice-{number}"] = share(2 * (a & b).sum(), a.sum() + b.sum())
    for word in ("iou", "dice"):
        figures[f"mean-{word}"] = mean([value for name, value in figures.items() if name.startswith(f"{word}-")])
    return figures
