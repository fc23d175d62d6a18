import Testing
import UNetExperiments

/// A wrong experiment: its text, overrides, and the one line that must be said.
struct WrongExperiment: CustomTestStringConvertible, Sendable {
  let yaml: String
  let overrides: [String]
  let message: String
  var testDescription: String { message }

  init(_ yaml: String, set overrides: String..., says message: String) {
    (self.yaml, self.overrides, self.message) = (yaml, overrides, message)
  }
}

private func message(_ wrong: WrongExperiment) -> String {
  do {
    _ = try Experiment(yaml: wrong.yaml, file: "x.yaml", overrides: wrong.overrides)
    return "no error"
  } catch { return "\(error)" }
}

@Test(arguments: [
  WrongExperiment(
    "name: a\ntrainnig: {}", says: "x.yaml:2: unknown key 'trainnig'; did you mean 'training'?"),
  WrongExperiment(
    "name: a\ntraining:\n  rate: 0.1\n  momentun: 0.9",
    says: "x.yaml:4: unknown key 'momentun' in training; did you mean 'momentum'?"),
  WrongExperiment(
    "name: a\ntraining: {learning-rate: 0.1}",
    says: "x.yaml:2: unknown key 'learning-rate' in training; did you mean 'rate'?"),
  WrongExperiment(
    "name: a\ntraining:\n  schedule: {kind: poly,\n    powre: 1}",
    says: "x.yaml:4: unknown key 'powre' in training.schedule; did you mean 'power'?"),
  WrongExperiment(
    "name: a\nprediction: {colour: red}",
    says:
      "x.yaml:2: unknown key 'colour' in prediction; known are tile, threshold, rotations, flips, instances"),
  WrongExperiment(
    "name: a\naugmentation:\n  elastic: {grid: 3, sigma: 10}",
    says: "x.yaml:3: unknown key 'sigma' in augmentation.elastic; known are grid, deviation"),
  WrongExperiment(
    "name: a\nprediction:\n  instances: {smallest: 7}",
    says:
      "x.yaml:3: unknown key 'smallest' in prediction.instances; did you mean 'smallest-area'?"),
])
func anUnknownKeyIsNamedWithItsLineAndTheNearestKnownOne(wrong: WrongExperiment) {
  #expect(message(wrong) == wrong.message)
}

@Test(arguments: [
  WrongExperiment("", says: "x.yaml:1: missing key 'name'"),
  WrongExperiment("# nothing\n\nnetwork: {width: 8}", says: "x.yaml:3: missing key 'name'"),
  WrongExperiment("name: a\ndata:\n  images: i.tif", says: "x.yaml:3: missing key 'labels' in data"),
  WrongExperiment(
    "name: a\ndata: {images: i.tif, labels: l.tif}", says: "x.yaml:2: missing key 'kind' in data"),
  WrongExperiment(
    "name: a\ndata:\n  synthetic: {}\n  hold-out: {images: i}",
    says: "x.yaml:4: missing key 'labels' in data.hold-out"),
  WrongExperiment(
    "name: a\ntraining:\n  schedule: {power: 1}", says: "x.yaml:3: missing key 'kind' in training.schedule"),
])
func aMissingKeyIsNamedWithItsSection(wrong: WrongExperiment) {
  #expect(message(wrong) == wrong.message)
}

@Test(arguments: [
  WrongExperiment("hello", says: "x.yaml:1: the experiment must be keys with values, found 'hello'"),
  WrongExperiment("name: [a]", says: "x.yaml:1: name must be a text, found a list"),
  WrongExperiment("name:", says: "x.yaml:1: name must be a text, found nothing"),
  WrongExperiment(
    "name: a/b",
    says: "x.yaml:1: name must be a folder's name: at most 100 letters, no '/', no '.' in front, found 'a/b'"),
  WrongExperiment("name: a\ntraining:", says: "x.yaml:2: training must be keys with values, found nothing"),
  WrongExperiment(
    "name: a\ntraining: {rate: fast}", says: "x.yaml:2: training.rate must be a number, found 'fast'"),
  WrongExperiment(
    "name: a\ntraining: {rate: '0.1'}",
    says: "x.yaml:2: training.rate must be a number, found the quoted text '0.1'"),
  WrongExperiment(
    "name: a\ntraining: {rate: .inf}", says: "x.yaml:2: training.rate must be a number, found '.inf'"),
  WrongExperiment(
    "name: a\ntraining: {rate: nan}", says: "x.yaml:2: training.rate must be a number, found 'nan'"),
  WrongExperiment(
    "name: a\ntraining: {rate: 1e999}", says: "x.yaml:2: training.rate must be a number, found '1e999'"),
  WrongExperiment(
    "name: a\ntraining:\n  steps: 1e4", says: "x.yaml:3: training.steps must be a whole number, found '1e4'"),
  WrongExperiment(
    "name: a\nloss: {class-balance: yes}",
    says: "x.yaml:2: loss.class-balance must be true or false, found 'yes'"),
  WrongExperiment(
    "name: a\nnetwork: {variant: papre}",
    says: "x.yaml:2: network.variant must be paper, release, sliding-window or padded, found 'papre'"),
  WrongExperiment(
    "name: a\nevaluation:\n  metrics:\n    - pixel\n    - area",
    says:
      "x.yaml:5: evaluation.metrics must be pixel, rand, warping, vrand, vinfo, iou, seg or dice, found 'area'"
  ),
  WrongExperiment(
    "name: a\nevaluation: {metrics: [iou, iou]}", says: "x.yaml:2: evaluation.metrics has iou twice: keep one"
  ),
  WrongExperiment(
    "name: a\nnumerics: fft", says: "x.yaml:2: numerics must be direct or winograd, found 'fft'"),
  WrongExperiment(
    "name: a\ndevice: cuda",
    says:
      "x.yaml:2: device must be auto, cpu, opencl, opencl:2 (its number) or opencl:nvidia (a part of its name), "
      + "found 'cuda'"),
  WrongExperiment(
    "name: a\ndata:\n  synthetic: {}\n  sha256: {a.tif: 12}",
    says: "x.yaml:4: data.sha256.a.tif must be a SHA-256 of 64 hexadecimal digits, found '12'"),
])
func aWrongTypeIsToldWithWhatWasExpectedAndFound(wrong: WrongExperiment) {
  #expect(message(wrong) == wrong.message)
}

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
  ("training: {momentum: 1}", "training.momentum must be at least 0 and less than 1, found '1'"),
  ("training: {momentum: -0.1}", "training.momentum must be at least 0 and less than 1, found '-0.1'"),
  ("training: {weight-decay: -1}", "training.weight-decay must be 0 or greater, found '-1'"),
  ("training: {steps: 0}", "training.steps must be from 1 to 16777216, found '0'"),
  ("training: {checkpoint-every: 0}", "training.checkpoint-every must be 1 or greater, found '0'"),
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
    "data.hold-out needs one of pages, files, or images with labels; or the word none"
  ),
  (
    "data: {synthetic: {}, images: i.tif}",
    "data.images cannot stand beside data.synthetic: remove one of them"
  ),
])
func aValueOutOfRangeIsToldWithItsKey(line: String, said: String) {
  let number = 1 + line.split(separator: "\n").count
  #expect(message(WrongExperiment("name: a\n\(line)", says: "")) == "x.yaml:\(number): \(said)")
}

@Test(arguments: ["levels: 5", "dropout: 0.5", "up-relu: true"])
func whatOnlyAUNetHasIsRefusedForTheSlidingWindow(entry: String) {
  let key = entry.prefix { $0 != ":" }
  #expect(
    message(WrongExperiment("name: a\nnetwork: {variant: sliding-window, \(entry)}", says: ""))
      == "x.yaml:2: network.\(key) belongs to a U-Net, network.variant is sliding-window: remove it")
}

@Test(arguments: [
  WrongExperiment(
    "name: a\ntraining: {rate: 0.1\nnetwork: {}",
    says: "x.yaml:3: not YAML (did not find expected ',' or '}'): mend it here or just before"),
  WrongExperiment(
    "name: a\n\ttraining: 3",
    says:
      "x.yaml:2: not YAML (found a tab character that violates indentation): mend it here or just before"),
  WrongExperiment(
    "name: a\n---\nname: b",
    says: "x.yaml:2: not YAML (but found another document): mend it here or just before"),
  WrongExperiment("name: a\nname: b", says: "x.yaml:1: key 'name' is given twice: keep one"),
  WrongExperiment(
    "name: a\ntraining:\n  steps: 1\n  rate: 1\n  rate: 2",
    says: "x.yaml:4: key 'rate' is given twice: keep one"),
  WrongExperiment(
    "name: a\u{1}", says: "x.yaml:1: not YAML (control characters are not allowed): remove the character"),
  WrongExperiment("name: a\n? [b]\n: 1", says: "x.yaml:2: a key must be a word"),
])
func whatIsNoYAMLIsNamedWithItsLine(wrong: WrongExperiment) {
  #expect(message(wrong) == wrong.message)
}

@Test func aliasesOfAliasesCannotFillTheMemory() {
  var yaml = "name: a\nb0: &b0 [x, x, x, x, x, x, x, x, x, x]\n"
  for level in 1...20 {
    let before = Array(repeating: "*b\(level - 1)", count: 10).joined(separator: ", ")
    yaml += "b\(level): &b\(level) [\(before)]\n"
  }
  #expect(
    message(WrongExperiment(yaml, says: "")).hasSuffix("the aliases grow beyond bounds: write the values out")
  )
}

@Test func nestingWithoutEndIsRefused() {
  for opening in ["[", "{a: ", "- "] {
    let yaml = "name: a\nloss: " + (opening == "- " ? "\n  " : "") + String(repeating: opening, count: 50_000)
    #expect(message(WrongExperiment(yaml, says: "")).hasPrefix("x.yaml:"))
  }
}

@Test(arguments: [
  WrongExperiment(
    "name: a", set: "training.rate=fast",
    says: "override training.rate=fast: training.rate must be a number, found 'fast'"),
  WrongExperiment(
    "name: a", set: "training.ratee=1",
    says: "override training.ratee=1: unknown key 'ratee' in training; did you mean 'rate'?"),
  WrongExperiment(
    "name: a", set: "training.rate=",
    says: "override training.rate=: training.rate must be a number, found nothing"),
  WrongExperiment(
    "name: a", set: "training.rate",
    says: "override training.rate: give a key and its value, such as training.rate=0.01"),
  WrongExperiment(
    "name: a", set: "training..rate=1",
    says: "override training..rate=1: give a key and its value, such as training.rate=0.01"),
  WrongExperiment(
    "name: a", set: "name.first=b", says: "override name.first=b: name must be keys with values, found 'a'"),
  WrongExperiment(
    "name: a", set: "network.levels=4", "training.tile=[",
    says:
      "override training.tile=[: not YAML (did not find expected node content): mend it here or just before"
  ),
  WrongExperiment(
    "name: a\ntraining: {tile: 572}", set: "training.tile=570",
    says: "override training.tile=570: tile 570 does not fit 5 levels: a pooled side would be odd (283); "
      + "the nearest sides that fit are 556 and 572"),
])
func aWrongOverrideIsNamedAsItWasGiven(wrong: WrongExperiment) {
  #expect(message(wrong) == wrong.message)
}
