"""The network of figure 1 and its predecessor in PyTorch, with what is needed to compare it with swift-unet step by step.

It takes the tensors of a model.safetensors under their names, without conversion.  `variant` is "paper"
(figure 1) or "release" (the authors' file: ReLU after an up-convolution, of which the last keeps its channels).
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Pair(nn.Module):
    """Two unpadded 3x3 convolutions, each with ReLU."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3)
        self.conv2 = nn.Conv2d(outputs, outputs, 3)

    def forward(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x), inplace=True)), inplace=True)


class Join(Pair):
    """Up-convolution, concatenation with the centre of the skip, two convolutions."""

    def __init__(self, width, up, rectified):
        super().__init__(up + width, width)
        self.up = nn.ConvTranspose2d(2 * width, up, 2, 2)
        self.rectified = rectified

    def forward(self, x, skip):
        x = self.up(x)
        x = F.relu(x, inplace=True) if self.rectified else x
        top, left = ((s - y) // 2 for s, y in zip(skip.shape[2:], x.shape[2:]))
        skip = skip[:, :, top : top + x.shape[2], left : left + x.shape[3]]
        return super().forward(torch.cat([x, skip], 1))


class UNet(nn.Module):
    def __init__(self, variant="paper", levels=5, width=64, channels=1, classes=2):
        super().__init__()
        release = variant == "release"
        widths = [width << level for level in range(levels)]
        self.encoder = nn.ModuleList(map(Pair, [channels] + widths, widths))
        self.decoder = nn.ModuleList(
            Join(w, 2 * w if release and level == 0 else w, release) for level, w in enumerate(widths[:-1])
        )
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        skips = []
        for level, pair in enumerate(self.encoder):
            x = pair(F.max_pool2d(x, 2) if level else x)
            skips.append(x)
        for level in reversed(range(len(self.decoder))):
            x = self.decoder[level](x, skips[level])
        return self.head(x)

    def parameter_count(self):
        return sum(p.numel() for p in self.parameters())


class SlidingWindow(nn.Module):
    """Network N4 of Ciresan et al. (2012): scores of the windows of 95² pixels that begin every 16."""

    def __init__(self, width=48, channels=1, classes=2):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 4)
        self.conv2 = nn.Conv2d(width, width, 5)
        self.conv3 = nn.Conv2d(width, width, 4)
        self.conv4 = nn.Conv2d(width, width, 4)
        self.dense = nn.Conv2d(width, 200, 3)
        self.head = nn.Conv2d(200, classes, 1)

    def forward(self, x):
        for conv in (self.conv1, self.conv2, self.conv3, self.conv4):
            x = F.max_pool2d(F.relu(conv(x)), 2)
        return self.head(F.relu(self.dense(x)))


def random_weights(network, seed=1):
    """Gaussian weights of deviation sqrt(2/N), float32, by name; biases small instead of 0, to count."""
    weights = {}
    for place, (name, p) in enumerate(network.state_dict().items()):
        random = np.random.default_rng([seed, place])
        nodes = p.shape[0] if ".up." in name else np.prod(p.shape[1:])
        deviation = 0.05 if name.endswith("bias") else np.sqrt(2 / nodes)
        weights[name] = (random.standard_normal(p.shape) * deviation).astype(np.float32)
    return weights


def loaded(network, weights, dtype=torch.float64):
    """The network with these weights, which must be exactly its own, computing in `dtype`."""
    network.load_state_dict({name: torch.from_numpy(w.copy()) for name, w in weights.items()}, strict=True)
    return network.to(dtype)


def tensor(array, network):
    """The array in the type in which the network computes."""
    return torch.from_numpy(array).to(network.head.weight.dtype)


def output_side(tile, levels):
    """What is left of a tile: 572 gives 388 at 5 levels (figure 1)."""
    return tile - 4 * (3 * 2 ** (levels - 1) - 2)


def cells(side, seed=1, spacing=24):
    """A drawing of cells parted by borders about 3 pixels wide: float32 image; labels, 0 on borders, else 1."""
    random = np.random.default_rng(seed)
    centres = random.uniform(0, side, (max(3, (side // spacing) ** 2), 2))
    y, x = np.mgrid[:side, :side]
    squares = np.full((2, side, side), np.inf)
    for centre in centres:
        square = (y - centre[0]) ** 2 + (x - centre[1]) ** 2
        squares = np.sort(np.concatenate([squares, square[None]]), 0)[:2]
    labels = (np.sqrt(squares[1]) - np.sqrt(squares[0]) > 3).astype(np.int64)
    image = 1.5 * labels - 0.75 + 0.5 * random.standard_normal(labels.shape)
    return image.astype(np.float32), labels


def mirrored(image, tile):
    """The image in the middle of a tile, mirrored beyond its border without repeating the edge."""
    return np.pad(image, (tile - image.shape[0]) // 2, mode="reflect")


def logits(network, tile):
    """The raw scores [classes, h, w] for a tile [H, W]."""
    with torch.no_grad():
        return network(tensor(tile, network)[None, None])[0].numpy()


def window_logits(network, image):
    """The raw scores [classes, h, w] of every pixel of an image [h, w], each from its own window."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, 47, mode="reflect"), (95, 95))
    with torch.no_grad():
        rows = [network(tensor(row.copy(), network)[:, None])[:, :, 0, 0].T.numpy() for row in windows]
    return np.stack(rows, 1)


def train(network, tile, labels, weight_map, steps, rate, momentum, decay=0.0, adam=None):
    """SGD, or AdamW with the keywords `adam`, on E = sum(w * cross-entropy) / pixels; the losses, and the gradient of the first step by name."""
    x, w = tensor(tile, network)[None, None], tensor(weight_map, network)[None]
    y = torch.from_numpy(labels)[None]
    if adam is None:
        optimiser = torch.optim.SGD(network.parameters(), rate, momentum, weight_decay=decay)
    else:
        optimiser = torch.optim.AdamW(network.parameters(), rate, weight_decay=decay, **adam)
    losses, first = [], {}
    for _ in range(steps):
        optimiser.zero_grad()
        loss = (F.cross_entropy(network(x), y, reduction="none") * w).mean()
        loss.backward()
        first = first or {name: p.grad.numpy().copy() for name, p in network.named_parameters()}
        optimiser.step()
        losses.append(loss.item())
    return losses, first


def arrays(network):
    """The network's weights by name."""
    return {name: p.detach().numpy().copy() for name, p in network.named_parameters()}


def distance(actual, expected):
    """The relative L2 error of an array, or of all arrays of a dictionary taken together."""
    if not isinstance(expected, dict):
        actual, expected = {"": actual}, {"": expected}
    square = lambda a: float(np.sum(np.square(a, dtype=np.float64)))
    error = sum(square(actual[name].astype(np.float64) - expected[name]) for name in expected)
    return (error / sum(map(square, expected.values()))) ** 0.5
