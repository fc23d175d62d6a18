#!/usr/bin/env python3
"""What the U-Net here, a padded U-Net in PyTorch and nnU-Net's 2D plan make of the same images in the same minutes.

  python3 compare.py DATA OUT [--minutes 5] [--seeds 1] [--sets em phc dic nuclei] [--tools unet padded nnunet]
                     [--unet ../../.build/release/unet] [--threads 2]

trains each tool on each set, one after the other on the same processors, and writes OUT/peers.md and OUT/peers.csv.  DATA is the folder
that has isbi2012/, ctc/ and bbbc039/ (nuclei.py writes the last).  Trainings of so many minutes whose figures OUT has already are not made
again.

Ours are the experiments of this repository as they stand, with as many steps as fit the minutes at the speed of the first hundred.  Of
the 30 nuclei images they keep 6 to choose a threshold, the others learn from all.  Each tool is judged as its users get it: ours at the model's own threshold, with the instances of its experiment; the others' regions
of at least half a probability.  A second column has each at the best of the thresholds 0.1, 0.2, ... 0.9, chosen in hindsight on the
images that judge, by plain regions for all three.  For the EM slices the figure is V_rand as the challenge computes it, else SEG.
"""
import argparse, csv, datetime, json, os, pathlib, re, shutil, statistics, subprocess, sys, time

import tifffile

here = pathlib.Path(__file__).resolve().parent
experiments = {"em": "isbi2012-em-small", "phc": "phc-u373-small", "dic": "dic-hela-small", "nuclei": "bbbc039-small"}
titles = {"em": "EM slices 20-29 (V_rand)", "phc": "PhC-U373, sequence 02 (SEG)", "dic": "DIC-HeLa, sequence 02 (SEG)",
          "nuclei": "BBBC039, last 50 images (SEG)"}
names = {"unet": "swift-unet", "padded": "padded U-Net, batch normalisation, Adam (PyTorch)", "nnunet": "nnU-Net, 2D plan"}
thresholds = [round(0.1 * k, 1) for k in range(1, 10)]


def judged(kind, data, out):
    """Images that judge and their true labels."""
    if kind == "em":
        out.mkdir(parents=True, exist_ok=True)
        for name in ("volume", "labels"):
            tifffile.imwrite(out / f"{name}.tif", tifffile.imread(data / f"isbi2012/train-{name}.tif")[20:])
        return [out / "volume.tif"], out / "labels.tif"
    if kind == "nuclei":
        return [data / "bbbc039/test/images"], data / "bbbc039/test/labels"
    folder = data / "ctc" / {"phc": "PhC-C2DH-U373", "dic": "DIC-C2DH-HeLa"}[kind]
    truth = folder / "02_GT/SEG"
    numbers = [re.search(r"(\d+)\.tif$", path.name).group(1) for path in sorted(truth.glob("man_seg*.tif"))]
    return [folder / f"02/t{number}.tif" for number in numbers], truth


def command(arguments, log):
    """Runs it, with what it says in a file; the text of that."""
    with open(log, "w") as file:
        code = subprocess.run([str(a) for a in arguments], stdout=file, stderr=subprocess.STDOUT).returncode
    text = log.read_text()
    if code:
        sys.exit(f"{arguments[0]} ended with status {code}; the end of {log}:\n{text[-1500:]}")
    return text


def evaluate(options, kind, truth, prediction, threshold=None):
    """The figure that the set is judged by."""
    arguments = [options.unet, "evaluate", "--truth", truth, "--prediction", prediction, "--json"]
    arguments += ["--kind", "membranes", "--metrics", "vrand"] if kind == "em" else ["--kind", "instances", "--metrics", "seg"]
    arguments += ["--threshold", threshold] if threshold is not None else []
    found = subprocess.run([str(a) for a in arguments], capture_output=True, text=True)
    if found.returncode:
        sys.exit(f"unet evaluate of {prediction}: {found.stderr}")
    return json.loads(found.stdout)["vrand" if kind == "em" else "seg"]


def hindsight(options, kind, truth, probabilities):
    """The figure at the best threshold, and that threshold.  V_rand looks for its own."""
    if kind == "em":
        return evaluate(options, kind, truth, probabilities), None
    return max((evaluate(options, kind, truth, probabilities, t), t) for t in thresholds)


def ours(options, kind, seed, images, truth, out):
    experiment = here.parent / f"{experiments[kind]}.yaml"
    common = ["--data", options.data, "--seed", seed, "--set", "evaluation.every=1000000", "--set", "training.checkpoint-every=1000000"]
    trial = command([options.unet, "train", experiment, *common, "--steps", 100, "--output", out / "trial"], out / "trial.log")
    shutil.rmtree(out / "trial")
    steps = round(60 * options.minutes * float(re.findall(r"([\d.]+) steps/s", trial)[-1]))
    log = command([options.unet, "train", experiment, *common, "--steps", steps, "--output", out / "run"], out / "train.log")
    minutes = steps / float(re.findall(r"([\d.]+) steps/s", log)[-1]) / 60
    writes = ["--write", "probabilities" if kind == "em" else "probabilities,instances"]
    command([options.unet, "segment", out / "run/model.safetensors", *images, *writes, "--output", out / "results"], out / "segment.log")
    for word in ("probabilities", "instances"):
        (out / word).mkdir()
        for path in (out / "results").rglob(f"*-{word}.tif"):
            path.rename(out / word / path.name.replace(f"-{word}", ""))
    probabilities = out / "probabilities" / "volume.tif" if kind == "em" else out / "probabilities"
    best, threshold = hindsight(options, kind, truth, probabilities)
    own = best if kind == "em" else evaluate(options, kind, truth, out / "instances")
    return steps, minutes, own, best, threshold


def theirs(tool, options, kind, seed, truth, out):
    script = here / {"padded": "padded_unet.py", "nnunet": "nnunet_2d.py"}[tool]
    log = command([sys.executable, script, kind, options.data, out / "probabilities", "--minutes", options.minutes, "--seed", seed,
                   "--threads", options.threads], out / "train.log")
    steps, minutes = re.findall(r"(\d+) steps in ([\d.]+) minutes", log)[-1]
    probabilities = out / "probabilities" / "slices.tif" if kind == "em" else out / "probabilities"
    best, threshold = hindsight(options, kind, truth, probabilities)
    return int(steps), float(minutes), best if kind == "em" else evaluate(options, kind, truth, probabilities, 0.5), best, threshold


def table(options, rows):
    """The figures as Markdown: a row for each tool, a pair of columns for each set."""
    lines = ["# What others get in the same minutes", "",
             f"{options.minutes:g} minutes of training on the same {options.threads} threads, {options.seeds} "
             f"seed{'s' if options.seeds > 1 else ''}; the mean, in brackets the seeds.  The first figure is",
             "what a user gets, the second the best over thresholds, chosen in hindsight on the images that judge (the challenge's own",
             "V_rand is always that).  `compare.py` says more.", "",
             "| | " + " | ".join(titles[k] for k in options.sets) + " |", "|---|" + "---:|" * len(options.sets)]
    for tool in options.tools:
        cells = []
        for kind in options.sets:
            found = [r for r in rows if (r["tool"], r["set"]) == (tool, kind)]
            own, best = ([float(r[key]) for r in found] for key in ("own", "best"))
            each = f" [{', '.join(f'{v:.3f}' for v in own)}]" if len(own) > 1 else ""
            cells.append(f"{statistics.mean(own):.3f}{each}" + ("" if kind == "em" else f"; {statistics.mean(best):.3f}"))
        lines.append(f"| {names[tool]} | " + " | ".join(cells) + " |")
    lines += ["", "| tool | set | seed | steps | minutes | figure | best | at |", "|---|---|---:|---:|---:|---:|---:|---:|"]
    lines += [f"| {r['tool']} | {r['set']} | {r['seed']} | {r['steps']} | {float(r['minutes']):.1f} | {float(r['own']):.4f} | "
              f"{float(r['best']):.4f} | {r['threshold']} |" for r in rows]
    commit = subprocess.run([str(options.unet), "--version"], capture_output=True, text=True).stdout.strip()
    model = next(iter(re.findall(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())), "a processor")
    import torch
    lines += ["", f"{datetime.date.today()}, {model}, {options.threads} threads; swift-unet {commit}, torch {torch.__version__}."]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--sets", nargs="+", choices=list(experiments), default=list(experiments))
    parser.add_argument("--tools", nargs="+", choices=list(names), default=list(names))
    parser.add_argument("--unet", type=pathlib.Path, default=here.parent.parent / ".build/release/unet")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / "peers.csv"
    fields = ["set", "tool", "seed", "of", "steps", "minutes", "own", "best", "threshold"]
    # All that is started stays on so many processors.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:options.threads])
    rows = list(csv.DictReader(file.open())) if file.exists() else []
    for seed in range(1, options.seeds + 1):
        for kind in options.sets:
            images, truth = judged(kind, options.data, options.out / "judged")
            for tool in options.tools:
                if any((r["set"], r["tool"], r["seed"], float(r["of"])) == (kind, tool, str(seed), options.minutes) for r in rows):
                    continue
                out = options.out / f"{kind}-{tool}-{seed}"
                shutil.rmtree(out, ignore_errors=True)
                out.mkdir()
                print(f"{time.strftime('%H:%M:%S')} {kind}, {names[tool]}, seed {seed}", flush=True)
                found = ours(options, kind, seed, images, truth, out) if tool == "unet" else theirs(tool, options, kind, seed, truth, out)
                rows.append(dict(zip(fields, (kind, tool, str(seed), options.minutes, *("" if v is None else v for v in found)))))
                with file.open("w", newline="") as output:
                    writer = csv.DictWriter(output, fields)
                    writer.writeheader()
                    writer.writerows(rows)
    rows = [r for r in rows if float(r["of"]) == options.minutes]
    (options.out / "peers.md").write_text(table(options, rows))
    print(table(options, rows))


if __name__ == "__main__":
    main()
