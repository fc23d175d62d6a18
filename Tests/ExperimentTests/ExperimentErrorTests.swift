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
    "name: a\nhold-out: {pages: 3}", says: "x.yaml:2: unknown key 'hold-out'; its place is data.hold-out"),
  WrongExperiment(
    "name: a\ndata: {}\nkind: classes", says: "x.yaml:3: unknown key 'kind'; its place is data.kind"),
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
    "name: a\ndata:\n  hold-out: {files: []}",
    says: "x.yaml:3: data.hold-out.files names no file: give names such as 't05*'"),
  WrongExperiment(
    "name: a\ndata:\n  synthetic: {count: 10000, size: 16384}",
    says: "x.yaml:3: data.synthetic asks for 10000 images of 16384² pixels, more than 2^30 in all: "
      + "lower count or size"),
  WrongExperiment(
    "name: a\ntraining:\n  schedule: {power: 1}", says: "x.yaml:3: missing key 'kind' in training.schedule"),
])
func aMissingKeyIsNamedWithItsSection(wrong: WrongExperiment) {
  #expect(message(wrong) == wrong.message)
}

@Test(arguments: [
  WrongExperiment("hello", says: "x.yaml:1: the text must be keys with values, found 'hello'"),
  WrongExperiment(
    "[a]", set: "training.steps=3", says: "x.yaml:1: the text must be keys with values, found a list"),
  WrongExperiment(
    "name: a\ndata: {images: \"a\\tb\", labels: b, kind: classes}",
    says: "x.yaml:2: data.images must be a text without control characters, found the quoted text 'a\tb'"),
  WrongExperiment("name: [a]", says: "x.yaml:1: name must be a text, found a list"),
  WrongExperiment("name:", says: "x.yaml:1: name must be a text, found nothing"),
  WrongExperiment(
    "name: a/b",
    says: "x.yaml:1: name must be a folder's name: at most 100 letters, no '/', no '.' in front, found 'a/b'"),
  WrongExperiment(
    "name: a\ndata: {synthetic: {}, hold-out: 25-29}",
    says:
      "x.yaml:2: data.hold-out must be none, or keys with values such as {pages: 20-29}, found '25-29'"),
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
    "name: a\ntraining:\n  steps: 1.5e0",
    says: "x.yaml:3: training.steps must be a whole number, found '1.5e0'"),
  WrongExperiment(
    "name: a\ntraining:\n  rate: 0,01",
    says: "x.yaml:3: training.rate must be a number with a decimal point, such as 0.01, found '0,01'"),
  WrongExperiment(
    "name: a\ntraining: {rate: 0,01}",
    says: "x.yaml:2: unknown key '01' in training; numbers have a decimal point"),
  WrongExperiment(
    "name: a\ntraining:\n  steps: 1,000",
    says: "x.yaml:3: training.steps must be a whole number without a comma, found '1,000'"),
  WrongExperiment(
    "name: a\n\u{A0}\u{A0}numerics: direct",
    says: "x.yaml:2: unknown key '\u{A0}\u{A0}numerics'; it has no-break spaces: put blanks in their place"),
  WrongExperiment(
    "name: a\naugmentation: {flips: no}",
    says: "x.yaml:2: augmentation.flips must be true or false, found 'no'"),
  WrongExperiment(
    "name: a\nloss: {class-balance: yes}",
    says: "x.yaml:2: loss.class-balance must be true or false, found 'yes'"),
  WrongExperiment(
    "name: a\nnetwork: {variant: papre}",
    says: "x.yaml:2: network.variant must be paper, release, sliding-window or padded, found 'papre'"),
  WrongExperiment(
    "name: a\nevaluation:\n  metrics:\n    - pixel\n    - area",
    says:
      "x.yaml:5: evaluation.metrics must be wrong-pixels, dice, pixel, rand, warping, vrand, vinfo, iou, seg, "
      + "ap, aji, pq or calibration, found 'area'"
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
    says: "x.yaml:2: is indented by a tab: YAML takes blanks only, put some in its place"),
  WrongExperiment(
    "name: a\r\ntraining:\r\n  rate: 1\r\n \tsteps: 3\r\nnumerics: direct",
    says: "x.yaml:4: is indented by a tab: YAML takes blanks only, put some in its place"),
  WrongExperiment(
    "name: a\ndata:\n  images: *.tif",
    says:
      "x.yaml:3: not YAML (did not find expected alphabetic or numeric character): mend it here or just before; "
      + "a text that begins with '*' needs quotes"),
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
    message(WrongExperiment(yaml, says: "")).hasSuffix(
      "has more than 100000 values, those of aliases included: write fewer")
  )
}

/// The keys of a mapping are compared, which takes for ever where they are aliases of aliases: the test then
/// never ends.
@Test(arguments: ["? *b20\n: 1", "*b20 : 1", "c: {*b20 : 1}", "? [*b20]\n: 1"])
func anAliasIsNoKey(key: String) {
  var yaml = "b0: &b0 [x, x, x, x, x, x, x, x, x, x]\n"
  for level in 1...20 {
    let before = Array(repeating: "*b\(level - 1)", count: 10).joined(separator: ", ")
    yaml += "b\(level): &b\(level) [\(before)]\n"
  }
  #expect(message(WrongExperiment(yaml + key, says: "")) == "x.yaml:22: a key must be a word")
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
