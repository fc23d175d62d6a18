import Testing
import UNetConfiguration
import UNetExperiments

/// Values that no experiment may have: one line with the key, the bounds and what was found.
@Test(arguments: [
  (
    "data: {synthetic: {}, partly-annotated: 3}",
    "data.partly-annotated belongs to files; synthetic pictures are annotated throughout: remove it"
  ),
  (
    "augmentation: {rotation: left}",
    "augmentation.rotation must be true, false or degrees from 0 to 180, found 'left'"
  ),
  (
    "augmentation: {rotation: 181}",
    "augmentation.rotation must be true, false or degrees from 0 to 180, found '181'"
  ),
  ("augmentation: {elastic: {grid: 2}}", "augmentation.elastic.grid must be from 3 to 32, found '2'"),
  (
    "augmentation: {grey: {contrast: 1}}",
    "augmentation.grey.contrast must be at least 0 and less than 1, found '1'"
  ),
  ("training: {rate: 0}", "training.rate must be greater than 0, found '0'"),
  ("training: {rate: 1e-300}", "training.rate must be greater than 0, found '1e-300'"),
  ("training: {optimizer: adamw}", "training.optimizer must be sgd or adam, found 'adamw'"),
  (
    "training: {optimizer: {kind: sgd, beta2: 0.9}}",
    "training.optimizer is sgd, which has no beta2 and no epsilon: remove them"
  ),
  (
    "training: {optimizer: {kind: adam, epsilon: 0}}",
    "training.optimizer.epsilon must be from 1e-20 to 1, found '0'"
  ),
  ("training: {momentum: 1}", "training.momentum must be at least 0 and less than 1, found '1'"),
  ("training: {momentum: -0.1}", "training.momentum must be at least 0 and less than 1, found '-0.1'"),
  ("training: {weight-decay: -1}", "training.weight-decay must be 0 or greater, found '-1'"),
  ("training: {steps: 0}", "training.steps must be from 1 to 16777216, found '0'"),
  ("training: {checkpoint-every: 0}", "training.checkpoint-every must be 1 or greater, found '0'"),
  ("training: {batch: 0}", "training.batch must be from 1 to 1024, found '0'"),
  (
    "training: {steps: 16777, batch: 1001}",
    "steps 16777 of batch 1001 are more than 16777216 tiles: lower one of them"
  ),
  ("training: {seed: -1}", "training.seed must be 0 or greater, found '-1'"),
  ("training: {tile: 0}", "training.tile must be from 1 to 32768, found '0'"),
  ("training: {tile: 1073741820}", "training.tile must be from 1 to 32768, found '1073741820'"),
  ("prediction: {tile: 1073741820}", "prediction.tile must be from 1 to 32768, found '1073741820'"),
  (
    "training: {steps: 9223372036854775807}",
    "training.steps must be from 1 to 16777216, found '9223372036854775807'"
  ),
  ("data: {synthetic: {}, scale: 0}", "data.scale must be greater than 0 and at most 8, found '0'"),
  ("data: {synthetic: {}, scale: 9}", "data.scale must be greater than 0 and at most 8, found '9'"),
  ("network: {levels: 1}", "network.levels must be from 2 to 12, found '1'"),
  ("network: {classes: 1}", "network.classes must be from 2 to 255, found '1'"),
  ("network: {width: 0}", "network.width must be from 1 to 4096, found '0'"),
  ("network: {dropout: 1}", "network.dropout must be at least 0 and less than 1, found '1'"),
  (
    "network: {dropout: 0.99999999999}",
    "network.dropout must be at least 0 and less than 1, found '0.99999999999'"
  ),
  ("loss: {sigma: 0}", "loss.sigma must be greater than 0 and at most 1000, found '0'"),
  ("loss: {sigma: 1e30}", "loss.sigma must be greater than 0 and at most 1000, found '1e30'"),
  (
    "augmentation: {grey: {brightness: 1e300}}",
    "augmentation.grey.brightness must be from 0 to 100, found '1e300'"
  ),
  ("loss: {w0: -1}", "loss.w0 must be from 0 to 1000000, found '-1'"),
  ("prediction: {threshold: 1}", "prediction.threshold must be at least 0 and less than 1, found '1'"),
  ("prediction: {rotations: 0}", "prediction.rotations must be from 1 to 360, found '0'"),
  ("prediction: {flips: 1}", "prediction.flips must be true or false, found '1'"),
  (
    "prediction: {instances: {grow: -1}}", "prediction.instances.grow must be from 0 to 100, found '-1'"
  ),
  ("evaluation: {every: 0}", "evaluation.every must be 1 or greater, found '0'"),
  (
    "training: {schedule: {kind: poly, power: 0}}",
    "training.schedule.power must be greater than 0, found '0'"
  ),
  (
    "training: {schedule: {kind: constant, power: 1}}",
    "training.schedule is constant, which has no power: remove it"
  ),
  (
    "training: {tile: 570}",
    "tile 570 does not fit 5 levels: a pooled side would be odd (283); the nearest sides that fit are 556 and 572"
  ),
  (
    "prediction: {tile: 571}",
    "tile 571 does not fit 5 levels: its side is odd; the nearest sides that fit are 556 and 572"
  ),
  (
    "training: {tile: 172}",
    "tile 172 does not fit 5 levels: nothing would be left of it; the least side that fits is 188"
  ),
  (
    "network: {variant: sliding-window}\ntraining: {tile: 300}",
    "tile 300 does not fit windows of 95 pixels, 16 apart: 13 pixels would be left over; "
      + "the nearest sides that fit are 287 and 303"
  ),
  (
    "network: {variant: sliding-window}\nprediction: {tile: 94}",
    "tile 94 does not fit windows of 95 pixels, 16 apart: it is smaller than a window; "
      + "the least side that fits is 95"
  ),
  (
    "data: {synthetic: {count: 10}, hold-out: {pages: 8-12}}",
    "data.hold-out names page 12, but data.synthetic has pages 0-9"
  ),
  (
    "data: {synthetic: {count: 10}, hold-out: {pages: 0-9}}",
    "data.hold-out holds out every page: leave some to train on"
  ),
  (
    "data: {synthetic: {}, hold-out: {pages: 9-8}}",
    "data.hold-out.pages must be pages such as 7 or 20-29, found '9-8'"
  ),
  (
    "data: {synthetic: {}, hold-out: {pages: 1, files: a}}",
    "data.hold-out needs one of share, count, every, fold, pages, files, or images with labels; or the word none"
  ),
  (
    "data: {synthetic: {}, images: i.tif}",
    "data.images cannot stand beside data.synthetic: remove one of them"
  ),
])
func aValueOutOfRangeIsToldWithItsKey(line: String, said: String) {
  let number = 1 + line.split(separator: "\n").count
  let error = #expect(throws: ConfigurationError.self) {
    try Experiment(yaml: "name: a\n\(line)", file: "x.yaml")
  }
  #expect(error?.description == "x.yaml:\(number): \(said)")
}
