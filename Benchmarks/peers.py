"""Times the paper's network in another library: a forward pass and, where it trains, a training step; prints JSON.

  python3 Benchmarks/peers.py [--peer pytorch-nchw] [--size 572] [--width 64] [--levels 5] [--runs 5]
                              [--threads N] [--device cpu|cuda] [--image 1024]

Peers: PyTorch as it is (pytorch-nchw, pytorch-nhwc) and through torch.compile (compiled-nchw, compiled-nhwc), and
ONNX Runtime (onnxruntime) and OpenVINO (openvino), which take the network from PyTorch and only run it.

One tile a pass.  A step is forward, weighted loss, backward and SGD with momentum, as `unet bench` does it;
times are medians in seconds after a warm-up.  The network is the one that Tests/FixtureScripts compares with ours.
`--image` times the segmentation of an image in such tiles too: mirrored at its border, softmax, nothing written.

A process measures one peer, so that the most memory it ever held belongs to that peer.  On a GPU `memory_mb` is the
most that PyTorch had allocated there; Float32 is not replaced by TF32 or half precision.
"""

import argparse
import json
import logging
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    sys.exit(f"peers.py needs {error.name}: pip install torch numpy")

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests/FixtureScripts"))
from reference import UNet

LAYOUTS = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}
PEERS = ["pytorch-nchw", "pytorch-nhwc", "compiled-nchw", "compiled-nhwc", "onnxruntime", "openvino"]


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def seconds(run, runs, device):
    """The times of `runs` calls after some to warm up, for a second, as `unet bench` does."""
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    begin = time.perf_counter()
    for number in range(1 + 4 * runs):
        if number == 0 or time.perf_counter() - begin < 1:
            run()
            wait()
    times = []
    for _ in range(runs):
        wait()
        start = time.perf_counter()
        run()
        wait()
        times.append(time.perf_counter() - start)
    return times


def segmentation(network, size, output, side):
    """What segments a random image of `side`² pixels in tiles of `size`², which give `output`² each."""
    margin = (size - output) // 2
    image = F.pad(torch.randn(1, 1, side, side), (margin, size) * 2, mode="reflect" if side > size else "circular")
    starts = [*range(0, max(side - output, 0), output // 16 * 16), max(0, (side - output + 15) // 16 * 16)]
    chances = torch.empty(side, side)

    def run():
        with torch.no_grad():
            for y in starts:
                for x in starts:
                    scores = network(image[:, :, y : y + size, x : x + size])
                    white = scores.softmax(1)[0, 1].cpu()
                    part = chances[y : y + output, x : x + output]
                    part.copy_(white[: part.shape[0], : part.shape[1]])

    return run


def onednn_instructions():
    """The instruction set that PyTorch's oneDNN reports, from a process of its own."""
    script = """if True:
        import torch
        with torch.no_grad(), torch.backends.mkldnn.verbose(1):
            torch.nn.Conv2d(64, 64, 3)(torch.randn(1, 64, 99, 99))"""
    lines = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout
    found = re.search(r"cpu,isa:([^\n]+)", lines)
    return "AVX-512" if found and "AVX-512" in found[1] else "AVX2" if found and "AVX2" in found[1] else ""


class PyTorch:
    """The network with the tensors of one layout, compiled or as it is."""

    def __init__(self, network, example, options):
        self.layout, self.device = LAYOUTS[options.peer[-4:]], options.device
        network = network.to(self.device, memory_format=self.layout)
        self.parameters = network.parameters()
        self.network = torch.compile(network) if options.peer.startswith("compiled") else network
        self.version = torch.__version__
        self.instructions = onednn_instructions() if options.device == "cpu" else ""

    def __call__(self, image):
        return self.network(image.to(self.device, memory_format=self.layout))

    def step(self, image, scores):
        """What does one training step on a random target."""
        image = image.to(self.device, memory_format=self.layout)
        labels = torch.randint(0, 2, (1, *scores.shape[2:]), device=self.device)
        weights = torch.rand(labels.shape, device=self.device)
        optimiser = torch.optim.SGD(self.parameters, 1e-6, 0.9)

        def run():
            optimiser.zero_grad()
            (F.cross_entropy(self.network(image), labels, reduction="none") * weights).mean().backward()
            optimiser.step()

        return run

    def memory(self):
        return torch.cuda.max_memory_allocated() / 2**20 if self.device == "cuda" else None


class OnnxRuntime:
    """ONNX Runtime's CPU provider.  It chooses its instructions by the processor alone and does not say which."""

    def __init__(self, network, example, options):
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = options.threads
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/unet.onnx"
            torch.onnx.export(network, (example,), path, dynamo=False)
            self.session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
        self.name = self.session.get_inputs()[0].name
        self.version = onnxruntime.__version__
        self.instructions = "the processor's"

    def __call__(self, image):
        return torch.from_numpy(self.session.run(None, {self.name: image.contiguous().numpy()})[0])


class OpenVINO:
    """OpenVINO's CPU plugin in Float32, tuned for latency: one inference at a time on all threads."""

    def __init__(self, network, example, options):
        import openvino

        model = openvino.convert_model(network, example_input=example, input=list(example.shape))
        hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        hints["INFERENCE_NUM_THREADS"] = options.threads
        self.compiled = openvino.Core().compile_model(model, "CPU", hints)
        self.version = openvino.__version__.split("-")[0]
        kinds = [operation.get_rt_info() for operation in self.compiled.get_runtime_model().get_ops()]
        text = " ".join(kind["primitiveType"].value for kind in kinds if "primitiveType" in kind)
        self.instructions = "AVX-512" if "avx512" in text else "AVX2" if "avx2" in text else ""

    def __call__(self, image):
        return torch.from_numpy(self.compiled(image.contiguous().numpy())[0])


def peer(network, example, options):
    kinds = {"onnxruntime": OnnxRuntime, "openvino": OpenVINO}
    return kinds.get(options.peer, PyTorch)(network, example, options)


def measure(options):
    torch.manual_seed(0)
    network = UNet("paper", options.levels, options.width).eval()
    image = torch.randn(1, 1, options.size, options.size)
    tested = peer(network, image, options)
    forward = torch.no_grad()(lambda: tested(image))
    scores = forward()
    times = {"forward": seconds(forward, options.runs, options.device)}
    if hasattr(tested, "step"):
        try:
            times["step"] = seconds(tested.step(image, scores), options.runs, options.device)
        except RuntimeError as error:  # torch.compile 2.13 for AVX2 writes a max-pool gradient that fails
            print(f"{options.peer} cannot train: {error}", file=sys.stderr)
    if options.image:
        run = segmentation(tested, options.size, scores.shape[2], options.image)
        times["segment"] = seconds(run, options.runs, options.device)
    return {
        "version": tested.version,
        "instructions": tested.instructions,
        "memory_mb": tested.memory() if hasattr(tested, "memory") else None,
        **{f"{name}_s": statistics.median(each) for name, each in times.items()},
        **{f"{name}_min_s": min(each) for name, each in times.items()},
    }


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name, default in {"size": 572, "width": 64, "levels": 5, "runs": 5, "threads": cores()}.items():
        options.add_argument(f"--{name}", type=int, default=default)
    options.add_argument("--image", type=int)
    options.add_argument("--peer", choices=PEERS, default="pytorch-nchw")
    options.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    options = options.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    try:
        print(json.dumps({**vars(options), **measure(options)}, indent=1))
    except ImportError as error:
        sys.exit(f"peers.py needs {error.name}: pip install torch numpy onnx onnxruntime openvino")


main()
