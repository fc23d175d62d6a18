#!/usr/bin/env python3
"""Compares `unet import` with PyTorch: networks with the names of Pytorch-UNet and of brain-segmentation-pytorch, random weights and
random batch normalisation, on a picture of 8 bits.

  pip install torch numpy tifffile safetensors imagecodecs
  python3 check_import.py [UNET]

UNET is the command (default: .build/release/unet).  `unet segment` mirrors an image beyond its border where these networks put zeros, so
PyTorch is given the mirrored image, and the middle is compared.
"""
import pathlib, subprocess, sys, tempfile

import numpy as np
import tifffile
import torch
from safetensors.torch import save_file
from torch import nn


class DoubleConv(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.double_conv = nn.Sequential(
            nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(), nn.Conv2d(o, o, 3, padding=1, bias=False),
            nn.BatchNorm2d(o), nn.ReLU())

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(i, o))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.up, self.conv = nn.ConvTranspose2d(i, o, 2, 2), DoubleConv(i, o)

    def forward(self, x, skip):
        return self.conv(torch.cat([skip, self.up(x)], 1))


class Last(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.conv = nn.Conv2d(i, o, 1)

    def forward(self, x):
        return self.conv(x)


class PytorchUNet(nn.Module):
    """The names of github.com/milesial/Pytorch-UNet."""

    def __init__(self, channels, classes, width, below=4):
        super().__init__()
        self.inc = DoubleConv(channels, width)
        for k in range(1, below + 1):
            setattr(self, f"down{k}", Down(width << (k - 1), width << k))
            setattr(self, f"up{k}", Up(width << (below - k + 1), width << (below - k)))
        self.below, self.outc = below, Last(width, classes)

    def forward(self, x):
        found = [self.inc(x)]
        for k in range(1, self.below + 1):
            found.append(getattr(self, f"down{k}")(found[-1]))
        x = found[-1]
        for k in range(1, self.below + 1):
            x = getattr(self, f"up{k}")(x, found[self.below - k])
        return self.outc(x)


class BrainUNet(nn.Module):
    """The names of github.com/mateuszbuda/brain-segmentation-pytorch; the scores come before its sigmoid."""

    def __init__(self, channels, classes, width, below=4):
        super().__init__()

        def pair(name, i, o):
            block = nn.Sequential()
            for number, (a, b) in enumerate([(i, o), (o, o)], 1):
                block.add_module(f"{name}conv{number}", nn.Conv2d(a, b, 3, padding=1, bias=False))
                block.add_module(f"{name}norm{number}", nn.BatchNorm2d(b))
                block.add_module(f"{name}relu{number}", nn.ReLU())
            return block

        for k in range(1, below + 1):
            setattr(self, f"encoder{k}", pair(f"enc{k}", channels if k == 1 else width << (k - 2), width << (k - 1)))
            setattr(self, f"upconv{k}", nn.ConvTranspose2d(width << k, width << (k - 1), 2, 2))
            setattr(self, f"decoder{k}", pair(f"dec{k}", width << k, width << (k - 1)))
        self.bottleneck = pair("bottleneck", width << (below - 1), width << below)
        self.below, self.conv = below, nn.Conv2d(width, classes, 1)

    def forward(self, x):
        skips = []
        for k in range(1, self.below + 1):
            skips.append(getattr(self, f"encoder{k}")(x))
            x = nn.functional.max_pool2d(skips[-1], 2)
        x = self.bottleneck(x)
        for k in range(self.below, 0, -1):
            x = getattr(self, f"decoder{k}")(torch.cat([getattr(self, f"upconv{k}")(x), skips[k - 1]], 1))
        return self.conv(x)


def main():
    unet = sys.argv[1] if len(sys.argv) > 1 else ".build/release/unet"
    random = np.random.default_rng(1)
    worst = 0.0
    for kind, channels, classes, below in [
        (PytorchUNet, 1, 2, 4), (PytorchUNet, 3, 4, 3), (PytorchUNet, 1, 1, 2), (BrainUNet, 3, 1, 4), (BrainUNet, 1, 3, 2)]:
        torch.manual_seed(7)
        net = kind(channels, classes, 8, below).eval()
        # Scores that vary, so that a mistake shows.
        for module in net.modules():
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.2)
                module.running_var.uniform_(0.5, 2)
                module.weight.data.uniform_(0.5, 1.5)
                module.bias.data.normal_(0, 0.2)
        shape = (139, 203) + ((channels,) if channels > 1 else ())
        image = random.integers(0, 256, shape, np.uint8)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            save_file(net.state_dict(), folder / "state.safetensors")
            tifffile.imwrite(folder / "image.tif", image, photometric="rgb" if channels == 3 else "minisblack")
            subprocess.run([unet, "import", folder / "state.safetensors", "--divide", "255", "--output", folder / "m.safetensors"],
                           check=True, stdout=subprocess.DEVNULL)
            subprocess.run([unet, "segment", folder / "m.safetensors", folder / "image.tif", "--write", "probabilities", "--output",
                            folder / "r", "--device", "cpu"], check=True, stdout=subprocess.DEVNULL)
            ours = tifffile.imread(folder / "r/image-probabilities.tif")
        step, margin = 1 << below, 6 << below
        pads = [(margin, margin + (-s) % step) for s in image.shape[:2]]
        x = np.pad(image.reshape(139, 203, channels), pads + [(0, 0)], mode="reflect").astype(np.float32) / 255
        with torch.no_grad():
            scores = net(torch.from_numpy(x.transpose(2, 0, 1))[None])[0]
        middle = scores[:, margin:margin + 139, margin:margin + 203]
        theirs = (torch.sigmoid(middle) if classes == 1 else middle.softmax(0)).numpy()
        theirs = theirs[-1] if classes <= 2 else theirs
        if ours.ndim == 3 and ours.shape[-1] == classes:
            ours = ours.transpose(2, 0, 1)
        difference = float(np.abs(ours - theirs).max())
        worst = max(worst, difference)
        print(f"{kind.__name__}, {channels} channels, {classes} classes, {below + 1} levels: probabilities {theirs.min():.3f} to "
              f"{theirs.max():.3f}, largest difference {difference:.2e}")
        if theirs.max() - theirs.min() < 0.1:
            sys.exit("the probabilities hardly vary, so that they prove nothing")
    if worst > 1e-5:
        sys.exit(f"differs by {worst:.2e}, more than 1e-5")


if __name__ == "__main__":
    main()
