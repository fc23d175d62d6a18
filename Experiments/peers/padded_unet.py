#!/usr/bin/env python3
"""What others do: the widely used padded U-Net with batch normalisation, in PyTorch, by Adam, without weight maps.

  python3 padded_unet.py em|phc|dic|nuclei DATA OUT [--minutes 20] [--width 16] [--seed 1] [--reverse] [--threads 2]

trains on the images that the small experiments train on, for so many minutes, and writes the probability of foreground at each
pixel of those that judge into the folder OUT (a stack, or a file for each image), to be read by `unet evaluate`.  DATA is the folder
that has isbi2012/, ctc/ and bbbc039/ (nuclei.py writes the last).

The network is the U-Net with zero padding, two convolutions of 3x3 with batch normalisation and ReLU at each level, transposed
convolutions of 2x2, and five levels, as most implementations in PyTorch have it.  The loss is cross-entropy plus soft Dice, the
optimiser Adam (rate 0.001, falling to 0 by a cosine over the minutes), a batch is 4 crops of 256 pixels; flips, quarter turns and
grey values are varied, and the scores of the 8 symmetries of the square are averaged.  Cells that touch are parted by a pixel of
background, so that regions can be told apart.  Cell images are halved, as in the experiments that it is compared with.
"""
import argparse, math, pathlib, re, time

import numpy as np
import tifffile
import torch
import torch.nn as nn
import torch.nn.functional as F


class Pair(nn.Sequential):
    def __init__(self, i, o):
        super().__init__(
            nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True),
            nn.Conv2d(o, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True))


class PaddedUNet(nn.Module):
    def __init__(self, width, levels=5):
        super().__init__()
        sizes = [width << k for k in range(levels)]
        self.down = nn.ModuleList(Pair(1 if k == 0 else sizes[k - 1], sizes[k]) for k in range(levels))
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * s, s, 2, 2) for s in sizes[:-1])
        self.join = nn.ModuleList(Pair(2 * s, s) for s in sizes[:-1])
        self.head = nn.Conv2d(width, 2, 1)

    def forward(self, x):
        skips = []
        for k, pair in enumerate(self.down):
            x = pair(F.max_pool2d(x, 2) if k else x)
            skips.append(x)
        for k in reversed(range(len(self.up))):
            x = self.join[k](torch.cat([skips[k], self.up[k](x)], 1))
        return self.head(x)


def normalised(image):
    image = image.astype(np.float32)
    return (image - image.mean()) / max(float(image.std()), 1e-6)


def parted(labels):
    """Foreground without the pixels that touch another cell."""
    foreground = labels > 0
    for axis in (0, 1):
        a = np.moveaxis(labels, axis, 0)
        touching = (a[1:] != a[:-1]) & (a[1:] > 0) & (a[:-1] > 0)
        f = np.moveaxis(foreground, axis, 0)
        f[1:][touching] = False
        f[:-1][touching] = False
    return foreground


def sequence(root, name):
    """Annotated frames of a sequence: image at half size, foreground, known pixels."""
    frames = []
    for path in sorted((root / f"{name}_GT/SEG").glob("man_seg*.tif")):
        number = re.search(r"(\d+)\.tif$", path.name).group(1)
        image, labels = tifffile.imread(root / f"{name}/t{number}.tif"), tifffile.imread(path).astype(np.int64)
        rows, columns = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
        half = image[:rows, :columns].astype(np.float32).reshape(rows // 2, 2, columns // 2, 2).mean((1, 3))
        small = labels[:rows:2, :columns:2]
        # Of frame 67 of DIC-HeLa's first sequence only some cells are labelled.
        known = small > 0 if ("DIC" in str(root), name, number) == (True, "01", "067") else np.ones_like(small, bool)
        frames.append((normalised(half), parted(small), known, (f"t{number}.tif", image.shape)))
    return frames


def pictures(folder):
    """Images with labels of the same names, at their own size."""
    frames = []
    for path in sorted((folder / "images").glob("*.tif")):
        image, labels = tifffile.imread(path), tifffile.imread(folder / "labels" / path.name)
        frames.append((normalised(image), parted(labels), np.ones(labels.shape, bool), (path.name, image.shape)))
    return frames


def data(kind, root, reverse):
    """Frames to learn from and frames that judge."""
    if kind == "nuclei":
        return pictures(root / "bbbc039/train"), pictures(root / "bbbc039/test")
    if kind == "em":
        images = tifffile.imread(root / "isbi2012/train-volume.tif")
        labels = tifffile.imread(root / "isbi2012/train-labels.tif")
        frames = [(normalised(i), l > 0, np.ones(l.shape, bool), ("slices.tif", i.shape)) for i, l in zip(images, labels)]
        return frames[:20], frames[20:]
    folder = root / "ctc" / {"phc": "PhC-C2DH-U373", "dic": "DIC-C2DH-HeLa"}[kind]
    names = ("02", "01") if reverse else ("01", "02")
    return sequence(folder, names[0]), sequence(folder, names[1])


def batch(frames, random, count, side):
    images, truths, knowns = [], [], []
    for _ in range(count):
        image, truth, known, _ = frames[random.integers(len(frames))]
        pad = [(max(0, side - s), 0) for s in image.shape]
        image, truth, known = np.pad(image, pad, mode="reflect"), np.pad(truth, pad, mode="reflect"), np.pad(known, pad)
        y, x = (random.integers(s - side + 1) for s in image.shape)
        cut = [a[y:y + side, x:x + side] for a in (image, truth, known)]
        turns, flip = random.integers(4), random.integers(2)
        cut = [np.rot90(a[:, ::-1] if flip else a, turns) for a in cut]
        images.append(cut[0] * random.uniform(0.9, 1.1) + random.uniform(-0.1, 0.1))
        truths.append(cut[1])
        knowns.append(cut[2])
    stack = lambda arrays, kind: torch.from_numpy(np.ascontiguousarray(np.stack(arrays)).astype(kind))
    return stack(images, np.float32)[:, None], stack(truths, np.int64), stack(knowns, np.float32)


def loss(scores, truth, known):
    entropy = (F.cross_entropy(scores, truth, reduction="none") * known).sum() / known.sum().clamp(min=1)
    p, t = scores.softmax(1)[:, 1] * known, truth * known
    return entropy + 1 - (2 * (p * t).sum() + 1) / (p.sum() + t.sum() + 1)


def predict(net, image):
    """The probability of foreground, from the mean scores of the 8 symmetries; sides are mirrored up to multiples of 16."""
    rows, columns = image.shape
    padded = np.pad(image, [(0, -rows % 16), (0, -columns % 16)], mode="reflect")
    scores = 0
    with torch.no_grad():
        for flip in (False, True):
            for turns in range(4):
                seen = np.rot90(padded[:, ::-1] if flip else padded, turns)
                found = net(torch.from_numpy(np.ascontiguousarray(seen))[None, None])[0].numpy()
                back = np.rot90(found, -turns, (1, 2))
                scores = scores + (back[:, :, ::-1] if flip else back)
    return torch.from_numpy(scores / 8).softmax(0)[1].numpy()[:rows, :columns]


def write(judged, predict, out):
    """What `predict` says of each frame, at the size of its image as `unet segment` writes it."""
    files = {}
    for image, _, _, (name, shape) in judged:
        found = torch.from_numpy(predict(image))[None, None]
        if found.shape[2:] != tuple(shape):
            # An odd last row or column repeats the one before.
            sides = [s // 2 * 2 for s in shape]
            found = F.interpolate(found, sides, mode="bilinear", align_corners=False)
            found = F.pad(found, (0, shape[1] - sides[1], 0, shape[0] - sides[0]), mode="replicate")
        files.setdefault(name, []).append(found[0, 0].numpy().astype(np.float32))
    out.mkdir(parents=True, exist_ok=True)
    for name, pages in files.items():
        tifffile.imwrite(out / name, np.stack(pages), photometric="minisblack")


def arguments(description):
    """What every peer is told."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["em", "phc", "dic", "nuclei"])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reverse", action="store_true", help="train on sequence 02, judge 01")
    parser.add_argument("--threads", type=int, default=2)
    return parser


def main():
    parser = arguments(__doc__)
    parser.add_argument("--width", type=int, default=16)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    random = np.random.default_rng(options.seed)
    learnt, judged = data(options.kind, options.data, options.reverse)
    net = PaddedUNet(options.width).to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    start, step, seconds = time.monotonic(), 0, 60 * options.minutes
    while (share := (time.monotonic() - start) / seconds) < 1:
        for group in optimiser.param_groups:
            group["lr"] = 0.5e-3 * (1 + math.cos(math.pi * share))
        images, truth, known = batch(learnt, random, 4, 256)
        value = loss(net(images.to(memory_format=torch.channels_last)), truth, known)
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        optimiser.step()
        step += 1
        if step % 100 == 0:
            print(f"step {step}: loss {value.item():.4f}, {time.monotonic() - start:.0f} s", flush=True)
    print(f"{step} steps in {options.minutes} minutes")
    net.eval()
    write(judged, lambda image: predict(net, image), options.out)


if __name__ == "__main__":
    main()
