"""Random maps of objects and of classes, to be compared."""

import numpy as np
from scipy import ndimage


def voronoi(random, shape, count):
    """Objects that fill the picture."""
    seeds = random.random((count, 2)) * shape
    y, x = np.mgrid[: shape[0], : shape[1]]
    return 1 + np.argmin([(y - a) ** 2 + (x - b) ** 2 for a, b in seeds], axis=0)


def cells(random, shape, count):
    """Touching objects with background between some of them."""
    ids = voronoi(random, shape, count)
    return np.where(ndimage.gaussian_filter(random.standard_normal(shape), 2) > -0.05, ids, 0)


def changed(random, ids):
    """A proposal: objects moved, joined, parted, left out and made up, and pixels of noise."""
    ids = np.roll(ids, random.integers(-2, 3, 2), (0, 1))
    numbers = np.unique(ids[ids > 0])
    if len(numbers) > 2:
        a, b = random.choice(numbers, 2, replace=False)
        ids = np.where(ids == a, b, ids)
        c = random.choice(numbers)
        half = np.zeros(ids.shape, bool)
        half[: ids.shape[0] // 2] = True
        ids = np.where((ids == c) & half, numbers.max() + 1, ids)
        ids = np.where(ids == random.choice(numbers), 0, ids)
    ids = np.where((ids == 0) & (ndimage.gaussian_filter(random.standard_normal(ids.shape), 1.5) > 0.25), 97, ids)
    noise = random.random(ids.shape) < random.choice([0, 0.02, 0.2])
    return np.where(noise, random.integers(0, ids.max() + 2, ids.shape), ids)


def unknown(random, ids):
    """The truth with a part of it unknown."""
    return np.where(ndimage.gaussian_filter(random.standard_normal(ids.shape), 3) > 0.05, -1, ids)


def pair(random, shape, count):
    """A truth and a proposal."""
    kind = random.integers(5)
    truth = cells(random, shape, count)
    if kind == 0:
        return truth, cells(random, shape, max(1, count - 1))
    if kind == 1:
        return random.integers(0, count, shape), random.integers(0, count, shape)
    return truth, changed(random, truth)
