#!/usr/bin/env python3
"""What the launches that the recorder wrote down would take at least on an H100, by a model of that card.

    clang -O1 -shared -fPIC -o recorder.so Tests/Recorder/recorder.c
    RECORD=log RECORD_ARGUMENTS=1 LD_PRELOAD=$PWD/recorder.so .build/release/unet bench --device opencl --runs 1
    python3 Benchmarks/gpu_model.py log

The model knows the card's rates and what the kernels read, write and multiply; it was made without a card, and measured times on
a real one were 1.7 times its own (Documentation/kernels.md).  It serves to compare one version's launches with another's.

  products    a stage of 8 terms of an item's 8 x 8 sums takes ISSUE cycles of a scheduler's slots for each of a group's warps, and
              LATENCY cycles at least; as many groups run on a core at once as their registers let
  memory      what does not fit the second cache passes through the memory; all else through the cache
  long sums   the latency of a load and the additions, for as many as are on their way together
  launches    GAP from the end of one to the begin of the next
"""
import math
import sys

CORES, CLOCK, GAP = 132, 1.755e9, 2.0e-6  # H100 SXM: streaming multiprocessors, Hz; seconds between dependent launches
CACHE, MEMORY, CACHE_BYTES = 5.5e12, 3.0e12, 40e6  # bytes a second, and what stays in the second cache
REGISTERS = 65536  # of a core
ISSUE, LATENCY, PROLOGUE = 615, 765, 2500  # cycles: slots and least time of a stage, time before and after a group's stages
LOAD = 450  # cycles until a load that waits for the cache is there
SHORT = 1e-6  # seconds that every kernel takes

# The places of fields, in longs, in the structs of Kernels/shared/geometry.h.
PICTURE = ("start", "image", "row", "pixel", "height", "width")
SOURCE = [f"x.{f}" for f in PICTURE] + [f"skip.{f}" for f in PICTURE] + ["tapRow", "tapColumn", "channels", "skipChannels"]
PRODUCT = SOURCE + [f"y.{f}" for f in PICTURE] + [f"gate.{f}" for f in PICTURE] + [
    "N", "R", "S", "K", "batches", "xBatch", "cornerRow", "cornerColumn", "transposed", "biased", "relu", "gated", "border"]
GRADIENT = SOURCE + [f"g.{f}" for f in PICTURE] + [
    "gTapRow", "gTapColumn", "pixels", "R", "S", "K", "batches", "xBatch", "block"]
TILES = ["rows", "columns", "count", "strips"]


def struct(fields, text):
    values = dict(zip(fields, map(int, text.split(","))))
    assert len(values) == len(fields), f"{len(values)} of {len(fields)} fields: geometry.h has changed"
    return values


def batches(path):
    """The launches between one wait and the next: kernel, items, items of a group, arguments."""
    found, current, lines = [], [], open(path).read().split("\n")
    for line, after in zip(lines, lines[1:] + [""]):
        if line.startswith("launch "):
            _, kernel, items, *group = line.split()
            if not after.startswith("with"):
                sys.exit(f"{path}: no arguments, record with RECORD_ARGUMENTS=1")
            sides = [[int(n) for n in word.split("x")] for word in (items, *group)]
            current.append((kernel, sides[0], sides[1] if group else [1], after.split()[1:]))
        elif line.startswith("finish"):
            found.append(current)
            current = []
    return found + [current]


def group_tile(items, group, rows, columns):
    """The tile that the ranges of a launch tell of, nearest to 128 x 64: rows, columns, and sums of an item."""
    able = [
        (r, c, (a, b))
        for r in (16, 32, 64, 128, 256) if math.ceil(rows / r) == items[0] // group
        for c in (4, 8, 16, 32, 64, 128) if math.ceil(columns / c) == items[1] and c < 2 * max(columns, 4)
        for a, b in ((8, 8), (4, 8), (8, 4), (4, 4)) if a <= r and b <= c and (r // a) * (c // b) == group
    ]
    return min(able, key=lambda tile: abs(tile[0] * tile[1] - 8192), default=(64, 64, (8, 8)))


def product_time(groups, terms, group, tile, turned):
    """Seconds of so many groups, which multiply so many terms."""
    rows, columns, (a, b) = tile
    registers = {(128, 64): 152 if turned else 144, (64, 64): 144 if turned else 168}.get((rows, columns), 184)
    at_once, warps, share = max(1, REGISTERS // (registers * group)), group / 32, a * b / 64
    stages, each = math.ceil(terms / 8), math.ceil(groups / CORES)
    if each > 3 * at_once:  # no last round that stands out
        each = groups / CORES + at_once / 2
    busy = each * warps / 4 * stages * ISSUE * share + PROLOGUE
    return max(busy, math.ceil(each / at_once) * (stages * LATENCY * share + PROLOGUE)) / CLOCK


def moving(items, reads, writes, through_memory=None):
    """Seconds of an item for each result that reads and writes so many floats."""
    bytes_moved = 4 * items * (reads + writes)
    through = bytes_moved if through_memory is None else 4 * items * through_memory
    return max(bytes_moved / CACHE, through / MEMORY, items / (CORES * 2048) * 1e-6) + SHORT


def seconds(kernel, items, group, given):
    """The time of a launch, and its multiply-adds counted as two."""
    count = math.prod(items)
    groups = count // math.prod(group)
    if kernel == "product_tile":
        s = struct(PRODUCT, given[6])
        inner, taps = s["channels"] + s["skipChannels"], s["R"] * s["S"]
        pixels, K, z, terms = s["N"] * s["y.height"] * s["y.width"], s["K"], items[2], taps * inner
        tile = group_tile(items, group[0], pixels, K)
        again = min(taps, 3) if taps > 1 else 1  # a row of taps reads the same pixels, most of them still at hand
        cache = 4 * z * (pixels * inner * again * math.ceil(K / tile[1]) + terms * K * math.ceil(pixels / tile[0]) + pixels * K)
        filters = 4 * z * terms * K
        memory = (filters if filters > CACHE_BYTES / 2 else 0) if z == 36 else filters + 4 * z * pixels * (inner + K)
        time = product_time(groups, terms, group[0], tile, s["transposed"])
        return max(time, cache / CACHE, memory / MEMORY), 2 * pixels * K * terms * z
    if kernel == "weight_gradient_tile":
        s = struct(GRADIENT, given[5])
        inner, taps = s["channels"] + s["skipChannels"], 1 if s["batches"] > 1 else s["R"] * s["S"]
        rows, K, pixels, many = taps * inner, s["K"], s["pixels"], s["batches"]
        tile = group_tile(items, group[0], rows, K)
        again = min(taps, 3) if taps > 1 else 1
        results = 4 * items[2] * rows * K
        cache = 4 * many * (pixels * rows * math.ceil(K / tile[1]) / again + pixels * K * math.ceil(rows / tile[0])) + results
        memory = results if many != 36 or results > CACHE_BYTES / 2 else 0
        time = product_time(groups, min(pixels, s["block"] * s["g.width"]), group[0], tile, 0)
        return max(time, cache / CACHE, memory / MEMORY), 2 * rows * K * pixels * many
    return other(kernel, items, count, given), 0


def other(kernel, items, count, given):
    if kernel == "tile_filters":
        return moving(count, 9, 36, 45 if 4 * 36 * count > CACHE_BYTES / 2 else 0)
    if kernel == "tile_filter_gradients":
        return moving(count, 36, 9, 45 if 4 * 36 * count > CACHE_BYTES / 2 else 0)
    if kernel == "tile_input":
        return moving(count, 26, 36, 16)
    if kernel == "tile_output":
        gate = 16 if struct(PRODUCT, given[5])["gated"] else 0
        return moving(count, 36 + gate, 16, 16 + gate)
    if kernel == "tile_output_gradient":  # the transform beside the sums of its tiles, a third of them waited for
        tiles, block, blocks = struct(TILES, given[4])["count"], int(given[11]), int(given[12])
        transform = moving(items[0] * (items[1] - blocks), 16, 36, 16)
        if blocks == 0:
            return transform
        sums = min(tiles, block) * max(16 * 4 + 75, LOAD / 3) / CLOCK + SHORT
        return max(transform, sums) + 4 * items[0] * 16 * tiles / MEMORY / 2
    if kernel == "bias_gradient":
        s = struct(GRADIENT, given[3])
        taps, ahead = s["R"] * s["S"] if s["batches"] > 1 else 1, 64
        terms = min(s["block"] * s["g.width"], s["pixels"]) * taps
        return max(terms / ahead * (LOAD + 4 * ahead + 60) / CLOCK, 4 * count * terms / MEMORY) + SHORT
    if kernel == "sum_blocks":
        numbers, blocks = int(given[3]) + int(given[4]), int(given[5])
        return max(4 * numbers * (blocks + 1) / 2.5e12, blocks / 8 * 500 / CLOCK) + SHORT
    if kernel == "sum":
        return min(int(given[2]), 1024) / 32 * 500 / CLOCK
    floats = {"sgd": (3, 2), "adam": (4, 3), "add": (2, 1), "max_pool": (4, 1), "max_pool_gradient": (4, 1), "zero_border": (0, 1), "gate": (2, 1),
              "pad": (2, 1), "dropout": (1, 1), "softmax_cross_entropy": (4, 4), "softmax": (3, 2)}
    if kernel not in floats:
        sys.exit(f"the model does not know {kernel}")
    return moving(count, *floats[kernel])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = [batch for batch in batches(sys.argv[1]) if len({launch[0] for launch in batch}) > 1]
    training = {"sgd", "softmax_cross_entropy"}
    for name, wanted in (("forward", lambda kernels: not kernels & training), ("step", lambda kernels: "sgd" in kernels)):
        launches = max((b for b in found if wanted({launch[0] for launch in b})), key=len)
        kinds = {}
        for launch in launches:
            kind = kinds.setdefault(launch[0], [0, 0.0, 0])
            time, work = seconds(*launch)
            kinds[launch[0]] = [kind[0] + 1, kind[1] + time, kind[2] + work]
        busy, gaps = sum(kind[1] for kind in kinds.values()), GAP * len(launches)
        print(f"{name}: {len(launches)} launches, {busy * 1e3:.2f} ms and {gaps * 1e3:.2f} ms between them, {(busy + gaps) * 1e3:.2f} ms")
        for kernel, (number, time, work) in sorted(kinds.items(), key=lambda item: -item[1][1]):
            rate = f"{work / time / 1e12:7.1f} TFLOP/s" if work else ""
            print(f"  {kernel:22}{number:4}{time * 1e3:9.3f} ms{rate}")


main()
