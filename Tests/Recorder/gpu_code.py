#!/usr/bin/env python3
"""Compiles programs for GPUs that are not here and judges their machine code.

    python3 Tests/Recorder/gpu_code.py FOLDER TARGET,TARGET.. [--all]

FOLDER holds the programs that recorder.c kept (RECORD_PROGRAMS), the options of each in its first line.  `make check-gpu`
records those of the paper's network on 572² pixels, for a large GPU with the values in the code, for one whose values are
shipped, and for one of Intel's, and calls this.

    sm_90    NVIDIA H100: clang-16 and libclc-16 give PTX, ptxas the machine code, which nvdisasm shows (both CUDA's, on the
             PATH or from PyPI)
    gfx...   AMD: clang-16 and rocm-device-libs
    dg2      Intel Arc: ocloc, in Debian's intel-opencl-icd

A target one of whose compilers is missing is skipped whole and says so.  The exit status is 1 where a kernel
    does not compile, or uses memory of its own: spilled registers, scratch, private arrays;
    may be contracted, on NVIDIA's and AMD's: PTX whose product or sum is not marked as rounded (.rn), LLVM's code that
        allows it;
    has so many registers that fewer than two of its groups fit a core of an H100;
    adds up what it waits for one by one: fewer than 8 loads on their way in the loop of a long sum.
Programs of the schedule for processors (TILE=0) need only compile: `unet parity` runs them on every device.
A driver's own compiler may choose otherwise, and nothing here measures time.  What Intel's compiler rounds once is not seen.
"""
import argparse
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

# Kernels in which an item adds up many numbers of memory.
SERIAL_SUMS = {"tile_output_gradient", "bias_gradient", "sum_blocks", "sum"}
FRONT_END = ["clang-16", "-x", "cl", "-O3", "-w", "-Xclang", "-finclude-default-header"]


@dataclass
class Kernel:
    """What a compiler made of a kernel; -1 is not known."""

    name: str
    registers: int = -1
    private: int = 0  # bytes of an item, or accesses to them
    local: int = 0  # bytes a group
    ahead: int = -1  # the most loads on their way before one of them is used
    stage: str = ""  # the instructions of one passage of the loop over stages, and the share of multiply-adds


class Missing(Exception):
    """A compiler that is not here."""


class Failed(Exception):
    """A compiler's message."""


def tool(name, package):
    site = Path(sysconfig.get_paths()["purelib"])
    found = shutil.which(name) or next((str(p) for p in site.glob(f"nvidia/**/bin/{name}")), None)
    if not found:
        raise Missing(f"{name} is missing: {package}")
    return found


def run(*command, cwd=None):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=cwd)
    if done.returncode:
        raise Failed((done.stderr or done.stdout).strip())
    return done.stdout + done.stderr


def number(pattern, text, missing=0):
    found = re.search(pattern, text)
    return int(found[1]) if found else missing


def loads_ahead(lines, is_load, is_wait):
    """The longest run of loads that nothing waits for."""
    longest = current = 0
    for line in lines:
        if re.search(is_load, line):
            current += 1
        elif re.search(is_wait, line):
            longest, current = max(longest, current), 0
    return max(longest, current)


def stage_loop(code):
    """What NVIDIA's machine code has in the innermost loop around a barrier, without what loops inside it."""
    names, labels, loops = [], {}, []
    for line in code.splitlines():
        if label := re.match(r"^(\.L_\w+):", line):
            labels[label[1]] = len(names)
        elif instruction := re.match(r"^\s*/\*[0-9a-f]+\*/\s+(?:@!?U?P\w+ )?([A-Z0-9]+)[^;]*;", line):
            target = re.search(r"`\((\.L_\w+)\)", line)
            if instruction[1] == "BRA" and target and target[1] in labels:
                loops.append(range(labels[target[1]], len(names) + 1))
            names.append(instruction[1])
    around = [loop for loop in loops if "BAR" in names[loop.start : loop.stop]]
    if not around:
        return ""
    main = min(around, key=len)
    inner = {i for loop in loops if loop != main and loop.start in main and loop.stop <= main.stop for i in loop}
    passage = [names[i] for i in main if i not in inner]
    counted = {name: passage.count(name) for name in ("FFMA", "LDS", "LDG", "STS")}
    words = [f"{count} {name}" for name, count in counted.items()]
    return f"{', '.join(words)} of {len(passage)}, {100 * counted['FFMA'] / len(passage):.0f} %"


def nvidia(target, program, options, folder):
    ptxas = tool("ptxas", "of CUDA's toolkit, or pip install nvidia-cuda-nvcc-cu12")
    disassembler = tool("nvdisasm", "of CUDA's toolkit, or pip install nvidia-cuda-nvdisasm")
    ptx = f"{folder}/program.ptx"
    library = Path("/usr/lib/clc/nvptx64--nvidiacl.bc")
    if not library.exists():
        raise Missing(f"{library} is missing: apt-get install libclc-16")
    tool("clang-16", "apt-get install clang-16")
    # ptxas takes the PTX of an older processor for a newer one; clang-16 knows none of sm_90.
    older = ["-target", "nvptx64-nvidia-nvcl", "-Xclang", "-target-cpu", "-Xclang", "sm_80"]
    older += ["-Xclang", "-target-feature", "-Xclang", "+ptx75"]
    run(*FRONT_END, *older, "-Xclang", "-mlink-builtin-bitcode", "-Xclang", library, *options, "-S", program, "-o", ptx)
    text = re.sub(r"^\.version .*$", ".version 8.0", Path(ptx).read_text(), flags=re.M)
    Path(ptx).write_text(re.sub(r"^\.target .*$", f".target {target}", text, flags=re.M))
    loose = re.findall(r"\b(?:mul|add|sub)\.f32\b", text)
    if loose:
        raise Failed(f"{len(loose)} operations that ptxas may contract, such as {loose[0]}")
    report = run(ptxas, f"-arch={target}", "-v", ptx, "-o", f"{folder}/program.cubin")
    code = re.split(r"^\s*\.section\s+\.text\.(\w+)", run(disassembler, "-c", f"{folder}/program.cubin"), flags=re.M)
    bodies = dict(zip(code[1::2], code[2::2]))
    for name, part in re.findall(r"Compiling entry function '(\w+)'(.*?)(?=Compiling entry|\Z)", report, re.S):
        stack = number(r"(\d+) bytes stack", part) + number(r"(\d+) bytes spill stores", part)
        kernel = Kernel(name, number(r"Used (\d+) registers", part), stack, number(r"(\d+) bytes smem", part))
        if name in bodies:
            kernel.ahead = loads_ahead(bodies[name].splitlines(), r"\bLDG\b", r"\bF(ADD|FMA)\b")
            kernel.stage = stage_loop(bodies[name])
        yield kernel


def amd(target, program, options, folder):
    bitcode = Path("/usr/lib/x86_64-linux-gnu/amdgcn/bitcode")
    if not (bitcode / "opencl.bc").exists():
        raise Missing(f"{bitcode} is missing: apt-get install rocm-device-libs")
    tool("clang-16", "apt-get install clang-16")
    wave = "on" if target.startswith("gfx9") else "off"
    # Debian's libraries are older than gfx1100; what differs is in none of the kernels.
    version = {"gfx1100": "1030"}.get(target, target[3:])
    names = ["opencl", "ocml", "ockl", "oclc_daz_opt_off", "oclc_unsafe_math_off", "oclc_finite_only_off"]
    names += ["oclc_correctly_rounded_sqrt_on", f"oclc_wavefrontsize64_{wave}", f"oclc_isa_version_{version}"]
    libraries = [word for name in [*names, "oclc_abi_version_400"]
                 for word in ("-Xclang", "-mlink-builtin-bitcode", "-Xclang", bitcode / f"{name}.bc")]
    output = f"{folder}/program.s"
    common = [*FRONT_END, "-target", "amdgcn-amd-amdhsa", f"-mcpu={target}", "-nogpulib", *libraries, *options, "-S", program]
    run(*common, "-emit-llvm", "-o", output)
    loose = re.findall(r"llvm\.fmuladd|\bf(?:mul|add|sub) (?:[a-z]+ )*(?:contract|fast)\b", Path(output).read_text())
    if loose:
        raise Failed(f"{len(loose)} operations that may be contracted, such as {loose[0]}")
    run(*common, "-o", output)
    text = Path(output).read_text()
    for name, body in re.findall(r"^(\w+):\s+; @\1\n(.*?); Occupancy:", text, re.S | re.M):
        code = body.split(".section")[0]
        ahead = loads_ahead(code.splitlines(), r"\b(global|flat|buffer)_load", r"s_waitcnt.*vmcnt")
        yield Kernel(name, number(r"; NumVgprs: (\d+)", body), number(r"; ScratchSize: (\d+)", body),
                     number(r"; LDSByteSize: (\d+)", body), ahead)


def intel(target, program, options, folder):
    ocloc = tool("ocloc", "apt-get install intel-opencl-icd")
    run(ocloc, "compile", "-file", program, "-device", target, "-options", " ".join(options), "-output", "program",
        "-out_dir", folder)
    binary = next(Path(folder).glob("*.bin"))
    run(ocloc, "disasm", "-file", binary, "-device", target, "-dump", f"{folder}/dump")
    tokens = Path(f"{folder}/dump/PTM.txt").read_text()
    for part in re.split(r"\nKernel #\d+", tokens)[1:]:
        name = re.search(r"KernelName (\w+)", part)[1]
        # Token 23, SPatchExecutionEnvironment of IGC's patch list: NumGRFRequired, UsesStatelessSpillFill, and
        # IndirectStatelessCount, the accesses to memory of an item's own.
        data = re.search(r"4 Token 23\n\t4 Size \d+\n\tHex ([0-9a-f ]*)", part)[1]
        data = bytes(int(word, 16) for word in data.split())
        words = [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data), 4)]
        yield Kernel(name, words[20], words[13] + words[26])


def judged(target, options, kernel):
    """What is wrong with a kernel."""
    sizes = dict(word[2:].split("=") for word in options if "=" in word and word.startswith("-D"))
    if sizes.get("TILE") == "0":
        return
    if kernel.private:
        yield f"memory of its own ({kernel.private})"
    if target.startswith("sm_") and "GM" in sizes:
        side = {name: int(sizes[name]) for name in ("GM", "GN", "TM", "TN")}
        items = max(32, side["GM"] // side["TM"] * (side["GN"] // side["TN"]))
        if 2 * items * kernel.registers > 65536:
            yield f"{kernel.registers} registers: two groups of {items} items have no room"
    if kernel.name in SERIAL_SUMS and 0 <= kernel.ahead < 8:
        yield f"{kernel.ahead} loads on their way"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("targets", help="such as sm_90,gfx1030,gfx90a,gfx1100,dg2")
    parser.add_argument("--all", action="store_true", help="print every kernel, not only the largest and the wrong")
    arguments = parser.parse_args()
    programs = sorted(arguments.folder.glob("*.cl"))
    if not programs:
        sys.exit(f"{arguments.folder} holds no programs")
    wrong = 0
    for target in arguments.targets.split(","):
        compile_for = nvidia if target.startswith("sm_") else amd if target.startswith("gfx") else intel
        found, failed = [], 0
        try:
            for program in programs:
                options = program.read_text().split("\n", 1)[0].removeprefix("// ").split()
                with tempfile.TemporaryDirectory() as folder:
                    try:
                        kernels = list(compile_for(target, program.resolve(), options, folder))
                    except Failed as error:
                        print(f"{target}: {' '.join(options)}: {error}")
                        failed += 1
                        continue
                found += [(options, kernel, list(judged(target, options, kernel))) for kernel in kernels]
        except Missing as reason:
            print(f"{target}: skipped, {reason}")
            continue
        for options, kernel, faults in found:
            if faults or arguments.all:
                macros = " ".join(word[2:] for word in options if word.startswith("-D"))
                print(f"{target:8} {kernel.name:22} {kernel.registers:4} registers {kernel.private:6} private "
                      f"{kernel.local:6} local {kernel.ahead:3} ahead  {kernel.stage}  {macros} {'; '.join(faults)}")
            wrong += bool(faults)
        most = max((kernel.registers for _, kernel, _ in found), default=0)
        print(f"{target}: {len(programs)} programs, {len(found)} kernels, at most {most} registers, "
              f"{failed + sum(bool(faults) for *_, faults in found)} wrong")
        wrong += failed
    sys.exit(bool(wrong))


main()
