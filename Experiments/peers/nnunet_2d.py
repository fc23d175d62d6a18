#!/usr/bin/env python3
"""What others do: nnU-Net's own 2D plan (nnunetv2 of PyPI), trained for a given time.

  python3 nnunet_2d.py em|phc|dic|nuclei DATA OUT [--minutes 20] [--seed 1] [--reverse] [--threads 2] [--work FOLDER]

nnU-Net plans network, patch and batch itself and trains with its own augmentation, loss (Dice and cross-entropy with deep
supervision) and optimiser (SGD, momentum 0.99); its rate falls from 0.01 as the planned number of epochs passes, here as the minutes
pass.  All images that the small experiments train on are in the training (its fold `all`); the probability of foreground at each pixel
of those that judge, with its mirroring, goes into OUT as `padded_unet.py` writes it.  Images and labels are those of
`padded_unet.py`, which lies beside this file.
"""
import json, os, pathlib, tempfile, time

import numpy as np
import tifffile

import padded_unet


def prepare(work, frames):
    """nnU-Net's folders, with the frames as a data set of PNG files."""
    from PIL import Image

    folder = work / "raw/Dataset001_Cells"
    for part in ("imagesTr", "labelsTr"):
        (folder / part).mkdir(parents=True)
    for number, (image, truth, known, _) in enumerate(frames):
        low, high = image.min(), image.max()
        Image.fromarray(((image - low) / (high - low) * 65535).round().astype(np.uint16)).save(
            folder / f"imagesTr/f{number:03}_0000.png")
        # What is not known is left out of the loss: nnU-Net's label `ignore`.
        labels = np.where(known, truth.astype(np.uint8), 2).astype(np.uint8)
        Image.fromarray(labels).save(folder / f"labelsTr/f{number:03}.png")
    labels = {"background": 0, "cell": 1}
    if any(not known.all() for _, _, known, _ in frames):
        labels["ignore"] = 2
    (folder / "dataset.json").write_text(json.dumps(
        {"channel_names": {"0": "grey"}, "labels": labels, "numTraining": len(frames), "file_ending": ".png"}))


def main():
    parser = padded_unet.arguments(__doc__)
    parser.add_argument("--work", type=pathlib.Path, help="a folder for nnU-Net's files (default: a temporary one)")
    options = parser.parse_args()
    work = options.work or pathlib.Path(tempfile.mkdtemp())
    for name in ("raw", "preprocessed", "results"):
        os.environ[f"nnUNet_{name}"] = str(work / name)
    os.environ.update(nnUNet_compile="f", nnUNet_n_proc_DA="1", OMP_NUM_THREADS=str(options.threads))

    import torch
    from nnunetv2.experiment_planning.plan_and_preprocess_api import (
        extract_fingerprints, plan_experiments, preprocess)
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
    from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

    torch.manual_seed(options.seed)
    np.random.seed(options.seed)
    learnt, judged = padded_unet.data(options.kind, options.data, options.reverse)
    prepare(work, learnt)
    extract_fingerprints([1], num_processes=1)
    plan_experiments([1])
    preprocess([1], configurations=["2d"], num_processes=[1])
    # Augmentation in this process, so that it shares the threads.
    os.environ["nnUNet_n_proc_DA"] = "0"
    torch.set_num_threads(options.threads)
    base = work / "preprocessed/Dataset001_Cells"
    plans = json.loads((base / "nnUNetPlans.json").read_text())
    plans["continue_training"] = False
    trainer = nnUNetTrainer(
        plans=plans, configuration="2d", fold="all", dataset_json=json.loads((base / "dataset.json").read_text()),
        device=torch.device("cpu"))
    trainer.initialize()
    trainer.on_train_start()
    trainer.network.train()
    start, step, seconds = time.monotonic(), 0, 60 * options.minutes
    while (share := (time.monotonic() - start) / seconds) < 1:
        for group in trainer.optimizer.param_groups:
            group["lr"] = trainer.initial_lr * (1 - share) ** 0.9
        found = trainer.train_step(next(trainer.dataloader_train))
        step += 1
        print(f"step {step}: loss {float(found['loss']):.4f}, {time.monotonic() - start:.0f} s", flush=True)
    plan = trainer.configuration_manager
    print(f"{step} steps in {options.minutes} minutes; patch {plan.patch_size}, batch {plan.batch_size}")
    predictor = nnUNetPredictor(device=torch.device("cpu"), perform_everything_on_device=False, allow_tqdm=False)
    trainer.network.eval()
    trainer.set_deep_supervision_enabled(False)
    predictor.manual_initialization(
        trainer.network, trainer.plans_manager, plan, [trainer.network.state_dict()], trainer.dataset_json,
        "nnUNetTrainer", trainer.inference_allowed_mirroring_axes)

    def predict(image):
        _, probabilities = predictor.predict_single_npy_array(
            image[None, None], {"spacing": [999.0, 1.0, 1.0]}, None, None, True)
        return np.ascontiguousarray(probabilities[1, 0], np.float32)

    padded_unet.write(judged, predict, options.out)


if __name__ == "__main__":
    main()
