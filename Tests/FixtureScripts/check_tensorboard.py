#!/usr/bin/env python3
"""Reads what `unet train --tensorboard` writes by TensorBoard's own reader, also of a training that was stopped and went on, and compares it
with log.csv.

  pip install tensorboard
  python3 check_tensorboard.py [UNET]

UNET is the command (default: .build/release/unet).  Exits with 1 where a tag, a step or a number is missing or another.
"""
import csv, pathlib, subprocess, sys, tempfile

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

EXPERIMENT = """
name: x
data: {synthetic: {kind: cells, count: 4, size: 96}, hold-out: {count: 1}}
network: {levels: 2, width: 4, dropout: 0}
training: {tile: 60, steps: 60, checkpoint-every: 20}
evaluation: {metrics: [iou, seg], every: 20}
"""


def main():
    unet = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".build/release/unet").resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "x.yaml").write_text(EXPERIMENT)
        # The reader looks on while the training is stopped and goes on.
        for more in (["--steps", "40"], ["--resume"]):
            subprocess.run([unet, "train", "x.yaml", "--device", "cpu", "--tensorboard", *more], cwd=folder, check=True, capture_output=True)
            if "--steps" in more:
                events = EventAccumulator(str(folder / "runs/x/tensorboard"))
            events.Reload()
        fresh = EventAccumulator(str(folder / "runs/x/tensorboard"))
        fresh.Reload()
        files = list((folder / "runs/x/tensorboard").iterdir())
        tags = events.Tags()
        print(f"scalars {tags['scalars']}, images {tags['images']}, {len(files)} files")
        rows = list(csv.DictReader(open(folder / "runs/x/log.csv")))
        expected = {"loss": "loss", "rate": "rate", "held-out/iou": "iou", "held-out/seg": "seg"}
        for tag, column in expected.items():
            wanted = [(int(row["step"]), float(row[column])) for row in rows if row[column]]
            found = [(event.step, event.value) for event in events.Scalars(tag)]
            assert found == [(event.step, event.value) for event in fresh.Scalars(tag)], tag
            assert [step for step, _ in found] == [step for step, _ in wanted], (tag, found, wanted)
            assert all(abs(a - b) <= 1e-6 * abs(b) for (_, a), (_, b) in zip(found, wanted)), (tag, found, wanted)
        assert "steps-per-second" in tags["scalars"] and len(files) == 2
        pictures = events.Images(tags["images"][0])
        assert [picture.step for picture in pictures] == [20, 40, 60] and pictures[0].width > 3 * 96
        assert pictures[0].encoded_image_string.startswith(b"\x89PNG")


main()
