#!/usr/bin/env python3
"""The instructions of schedule "tile" on an NVIDIA GPU, without one: OpenCL C -> PTX -> machine code, counted.

    python3 Benchmarks/gpu_instructions.py            the tiles in use, for sm_90
    python3 Benchmarks/gpu_instructions.py --arch sm_80

Needs clang-16 and libclc-16 (Debian), and ptxas and nvdisasm: on the PATH, or from PyPI (nvidia-cuda-nvcc-cu12 and
nvidia-cuda-nvdisasm).  A row a kernel: registers, bytes spilled and of local memory, and the instructions of one passage
of the loop over stages.  That loop is the innermost one around the barrier; what loops inside it is left out (the last
stage's single terms, and the steps from one tap or row to the next).  `arithmetic` is the share of FFMA among arithmetic
and loads (FFMA, other floating-point instructions, LDS, LDG), `all` the share among all instructions of the passage.
A driver's own compiler may choose otherwise, and nothing here measures time.
"""
import argparse, re, shutil, subprocess, sys, sysconfig, tempfile
from pathlib import Path

KERNELS = Path(__file__).resolve().parent.parent / "Kernels"
LIBCLC = "/usr/lib/clc/nvptx64--nvidiacl.bc"

# File, what it is used for, tile (GM GN TM TN), floats of loads and stores (VA VB VY), other macros.
VARIANTS = [
    ("tile_product", "convolution", (128, 64, 8, 8), (4, 4, 4), {}),
    ("tile_product", "its input gradient", (128, 64, 8, 8), (4, 4, 4), {"TRANSPOSED": 1}),
    ("tile_product", "convolution with skip", (128, 64, 8, 8), (4, 4, 4), {"SKIP": 1}),
    ("tile_product", "few pixels", (64, 64, 8, 8), (4, 4, 4), {}),
    ("tile_product", "32 channels", (128, 32, 8, 8), (4, 4, 4), {}),
    ("tile_product", "16 channels", (128, 16, 4, 8), (4, 4, 4), {}),
    ("tile_product", "head, 2 channels", (256, 4, 8, 4), (4, 1, 1), {}),
    ("tile_product", "first, from 1 channel", (128, 64, 8, 8), (1, 4, 4), {}),
    ("tile_gradient", "filters", (128, 64, 8, 8), (4, 4, 4), {}),
    ("tile_gradient", "filters, with skip", (128, 64, 8, 8), (4, 4, 4), {"SKIP": 1}),
    ("tile_gradient", "filters, few", (64, 64, 8, 8), (4, 4, 4), {}),
    ("tile_gradient", "16 filters", (128, 16, 4, 8), (4, 4, 4), {}),
    ("tile_gradient", "head, 2 filters", (64, 4, 4, 4), (4, 1, 1), {}),
    ("tile_gradient", "first, from 1 channel", (16, 64, 4, 8), (1, 4, 4), {}),
]

# The other kernels that a GPU runs: file, names.
OTHERS = [
    ("tile_winograd",
     ["tile_filters", "tile_input", "tile_output", "tile_output_gradient", "tile_filter_gradients",
      "tile_bias_gradients", "tile_block_sums"]),
    ("conv", ["gate", "zero_border"]),
    ("weight_gradient", ["bias_gradient", "sum_blocks"]),
    ("pool", ["max_pool", "max_pool_fragments", "max_pool_gradient"]),
    ("loss", ["softmax", "softmax_cross_entropy", "sum"]),
    ("dropout", ["dropout"]),
    ("update", ["sgd", "add"]),
]


def tool(name):
    site = Path(sysconfig.get_paths()["purelib"])
    found = shutil.which(name) or next((str(p) for p in site.glob(f"nvidia/*/bin/{name}")), None)
    if not found:
        sys.exit(f"{name}: not found; install nvidia-cuda-nvcc-cu12 and nvidia-cuda-nvdisasm, or put it on the PATH")
    return found


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{command[0]} failed\n{result.stderr}")
    return result


def machine_code(file, macros, arch, folder):
    """What ptxas reports of the file's kernels, and their instructions as text."""
    ptx, cubin = f"{folder}/k.ptx", f"{folder}/k.cubin"
    run("clang-16", "-x", "cl", "-cl-std=CL1.2", "-target", "nvptx64-nvidia-nvcl", "-O3", "-w",
        "-Xclang", "-finclude-default-header", "-Xclang", "-target-cpu", "-Xclang", "sm_80",
        "-Xclang", "-target-feature", "-Xclang", "+ptx75", "-Xclang", "-mlink-builtin-bitcode", "-Xclang", LIBCLC,
        *[f"-D{name}={value}" for name, value in macros.items()], "-I", str(KERNELS), "-S", str(KERNELS / f"{file}.cl"), "-o", ptx)
    text = re.sub(r"^\.version .*$", ".version 8.0", Path(ptx).read_text(), flags=re.M)
    Path(ptx).write_text(re.sub(r"^\.target .*$", f".target {arch}", text, flags=re.M))
    report = run(tool("ptxas"), f"-arch={arch}", "-v", ptx, "-o", cubin).stderr
    return report, run(tool("nvdisasm"), "-c", cubin).stdout


def loop_counts(code):
    """How often each instruction stands in the loop over stages."""
    lines, labels = [], {}
    for line in code.splitlines():
        if label := re.match(r"^(\.L_\w+):", line):
            labels[label[1]] = len(lines)
        elif instruction := re.match(r"^\s*/\*[0-9a-f]+\*/\s+(?:@!?U?P\w+ )?([A-Z0-9]+)[^;]*;", line):
            lines.append((instruction[1], line))
    loops = []
    for at, (name, line) in enumerate(lines):
        target = re.search(r"`\((\.L_\w+)\)", line)
        if name == "BRA" and target and labels.get(target[1], at + 1) <= at:
            loops.append((labels[target[1]], at))
    inside = lambda i, loop: loop[0] <= i <= loop[1]
    barriers = [i for i, (name, _) in enumerate(lines) if name == "BAR"]
    main = min((l for l in loops if any(inside(b, l) for b in barriers)), key=lambda l: l[1] - l[0])
    nested = [l for l in loops if l != main and main[0] <= l[0] and l[1] <= main[1]]
    counts = {}
    for i in range(main[0], main[1] + 1):
        if not any(inside(i, l) for l in nested):
            counts[lines[i][0]] = counts.get(lines[i][0], 0) + 1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arch", default="sm_90")
    arch = parser.parse_args().arch
    print("kernel         used for               tile            regs spill local   FFMA LDS LDG STS  other  arithmetic  all")
    for file, use, tile, floats, extra in VARIANTS:
        macros = dict(zip(("GM", "GN", "TM", "TN"), tile)) | {"DEPTH": 8, "TRANSPOSED": 0, "TILE": 1}
        macros |= dict(zip(("VA", "VB", "VY"), floats)) | extra
        with tempfile.TemporaryDirectory() as folder:
            report, code = machine_code(file, macros, arch, folder)
        number = lambda pattern: int((re.search(pattern, report) or [0, 0])[1])
        counts = loop_counts(code)
        take = lambda *names: sum(counts.get(n, 0) for n in names)
        ffma, lds, ldg, sts = take("FFMA"), take("LDS"), take("LDG"), take("STS")
        floating = take("FADD", "FMUL", "FSEL", "FSETP", "MUFU", "LDL")
        total = sum(counts.values())
        size = "{}x{} of {}x{}".format(*tile)
        registers, spilled, local = map(number, (r"Used (\d+) registers", r"(\d+) bytes spill stores", r"(\d+) bytes smem"))
        print(f"{file:14} {use:22} {size:15} {registers:4} {spilled:5} {local:5}   {ffma:4} {lds:3} {ldg:3} {sts:3} {total - ffma - lds - ldg - sts:6} "
              f"{ffma / (ffma + lds + ldg + floating):10.1%} {ffma / total:5.1%}")

    print("\nkernel                  registers  spilled")
    for file, names in OTHERS:
        with tempfile.TemporaryDirectory() as folder:
            macros = {"TILE": 1} | {f"KERNEL_{name}": 1 for name in names}
            report, _ = machine_code(file, macros, arch, folder)
        for name in names:
            found = re.search(rf"function '{name}'.*?(\d+) bytes spill stores.*?Used (\d+) registers", report, re.S)
            print(f"{name:22} {found[2]:>10} {found[1]:>8}")


main()
