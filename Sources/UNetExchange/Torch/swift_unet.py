"""A network that swift-unet has trained, for PyTorch.

    from swift_unet import load
    network = load("model.safetensors")
    probabilities = network.segment(image)     # image [H, W] or [H, W, C], as its file has it; probabilities [classes, H, W]
    scores = network(tensor)                   # raw scores of a tensor [N, C, H, W], already normalised

Needs: pip install torch numpy safetensors.  `segment` normalises the image, mirrors it beyond its borders and cuts the result to its size,
as `unet segment` does; scale, averaged versions, threshold and instances are in `network.metadata`.
"""

import numpy as np
import torch
from safetensors import safe_open
from torch import nn
from torch.nn import functional as F


class Level(nn.Module):
    """Two convolutions and, on the way up, the up-convolution before them."""

    def __init__(self, inputs, outputs, padding, up=None):
        super().__init__()
        if up is not None:
            self.up = nn.ConvTranspose2d(*up, 2, 2)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=padding)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=padding)

    def forward(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x))))


class UNet(nn.Module):
    def __init__(self, metadata):
        super().__init__()
        self.metadata = metadata
        levels, width, classes = (int(metadata["network." + key]) for key in ("levels", "width", "classes"))
        variant, channels = metadata["network.variant"], int(metadata["network.channels"])
        padding = 1 if variant == "padded" else 0
        self.up_relu = metadata.get("network.up-relu", "true" if variant == "release" else "false") == "true"
        wide = lambda level: 2 * width if variant == "release" and level == 0 else width << level  # of the up-convolution
        self.encoder = nn.ModuleList(
            Level(channels if i == 0 else width << (i - 1), width << i, padding) for i in range(levels))
        self.decoder = nn.ModuleList(
            Level(wide(i) + (width << i), width << i, padding, up=(width << (i + 1), wide(i))) for i in range(levels - 1))
        self.head = nn.Conv2d(width, classes, 1)
        self.step = 2 ** (levels - 1)  # sides that fit are so many pixels apart
        self.inset = 6 * self.step if padding else 0
        lost = sum(4 * 2**i for i in range(levels)) + sum(4 * 2**i for i in range(levels - 1))
        self.margin = self.inset if padding else lost // 2
        self.remainder = 0 if padding else sum(4 * 2**i for i in range(levels)) % self.step

    def forward(self, x):
        skips = []
        for i, level in enumerate(self.encoder):
            x = level(F.max_pool2d(x, 2) if i else x)
            skips.append(x)
        for level, skip in zip(reversed(self.decoder), reversed(skips[:-1])):
            x = level.up(x)
            x = F.relu(x) if self.up_relu else x
            top, left = (skip.shape[2] - x.shape[2]) // 2, (skip.shape[3] - x.shape[3]) // 2
            x = level(torch.cat([x, skip[:, :, top : top + x.shape[2], left : left + x.shape[3]]], 1))
        return self.head(x)


class SlidingWindow(nn.Module):
    """The score of every pixel: each pooling keeps all of them, and what follows reads with gaps."""

    step, remainder, margin, inset = 1, 0, 47, 0

    def __init__(self, metadata):
        super().__init__()
        self.metadata = metadata
        width, classes = (int(metadata["network." + key]) for key in ("width", "classes"))
        for i, side in enumerate((4, 5, 4, 4)):
            inputs = width if i else int(metadata["network.channels"])
            setattr(self, f"conv{i + 1}", nn.Conv2d(inputs, width, side, dilation=2**i))
        self.dense = nn.Conv2d(width, 200, 3, dilation=16)
        self.head = nn.Conv2d(200, classes, 1)

    def forward(self, x):
        for i in range(4):
            x = F.max_pool2d(F.relu(getattr(self, f"conv{i + 1}")(x)), 2, 1, dilation=2**i)
        return self.head(F.relu(self.dense(x)))


def mirrored(length, network):
    """Which rows or columns of an image are read one after the other."""
    wanted = length + 2 * network.margin
    places = np.arange(wanted + (network.remainder - wanted) % network.step) - network.margin
    period = max(2 * (length - 1), 1)
    return length - 1 - np.abs(places % period - (length - 1))


def normalised(image, word):
    image = image.astype(np.float64)
    if word == "none":
        return image
    zero, one = image.mean(), image.std()
    if word == "percentile":
        zero, high = np.quantile(image, [0.01, 0.99])
        one = high - zero
    return (image - zero) / one if one > 0 else 0 * image


def segment(self, image):
    """The probability of each class, [classes, H, W], for an image [H, W] or [H, W, C] as its file has it."""
    image = image[..., None] if image.ndim == 2 else image
    height, width = image.shape[:2]
    values = normalised(image, self.metadata["normalisation"])
    values = values[mirrored(height, self)][:, mirrored(width, self)]
    with torch.no_grad():
        scores = self(torch.from_numpy(values.transpose(2, 0, 1)[None]).to(self.head.weight.device, self.head.weight.dtype))
    inside = scores[0, :, self.inset : self.inset + height, self.inset : self.inset + width]
    return torch.softmax(inside, 0).cpu().numpy()


UNet.segment = SlidingWindow.segment = segment


def load(path="model.safetensors"):
    """The network in the file, ready to segment."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
        state = {name: file.get_tensor(name) for name in file.keys()}
    network = (SlidingWindow if metadata["network.variant"] == "sliding-window" else UNet)(metadata)
    network.load_state_dict(state)
    return network.eval()
