import Foundation
import Testing
import UNetExperiments

/// Checkpoints and results name an experiment by the hash of its resolved text, which must therefore never change.
struct ExperimentHashTests {
  private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The files of the package, and the first 16 digits of their hashes.
  static let files = [
    ("Experiments/ablation/base.yaml", "3daccae68b731685"),
    ("Experiments/ablation/no-border-weights.yaml", "3354a7bd35f3601f"),
    ("Experiments/ablation/no-elastic.yaml", "c0d1e0f6a123c277"),
    ("Experiments/ablation/up-relu.yaml", "1765d7631741278a"),
    ("Experiments/bbbc039-small.yaml", "1d04eef35774e23b"),
    ("Experiments/dic-hela-small.yaml", "56e5b76c7509a05d"),
    ("Experiments/dic-hela.yaml", "eb9b408bd90ee4bb"),
    ("Experiments/isbi2012-em-sliding-window.yaml", "41739b2f02f0807c"),
    ("Experiments/isbi2012-em-small.yaml", "a6fbf78246be07fd"),
    ("Experiments/isbi2012-em.yaml", "a293843f23905340"),
    ("Experiments/phc-u373-small-reverse.yaml", "b1d2d11bf0422eeb"),
    ("Experiments/dic-hela-small-reverse.yaml", "1402081417654790"),
    ("Experiments/phc-u373-small.yaml", "467bf513a91f4ed8"),
    ("Experiments/phc-u373.yaml", "2170aeef7a28264f"),
    ("Experiments/quickstart.yaml", "be634d414b96d3c8"),
    ("Experiments/results/table1-quick/sliding-window-20-29-seed1/experiment.yaml", "313bb3a62b84c155"),
    ("Experiments/results/table1-quick/u-net-20-29-seed1/experiment.yaml", "bac3b6dac642de16"),
  ]

  /// Every key away from its default, and the forms that a key may have.
  static let texts = [
    ("name: a", "cdcea0948cc66f4c"),
    (
      """
      name: a
      network: {variant: release, width: 8, up-relu: false, channels: 3}
      """, "9912d99988b9126d"
    ),
    (
      """
      name: a
      network: {variant: sliding-window, width: 9, classes: 3, channels: 2}
      training: {tile: 111}
      """, "6cc66e32b4d7d4cf"
    ),
    (
      """
      name: a
      augmentation: none
      training: {schedule: poly, initial: w.safetensors}
      """, "71ad64ae05c8f961"
    ),
    (
      """
      name: a
      augmentation: {shift: false, rotation: false, elastic: none, grey: {contrast: 0.25}}
      """, "9930a973bc3896a1"
    ),
    (
      """
      name: a
      augmentation: {rotation: 15.5, elastic: {deviation: 2.5}, grey: none}
      """, "2923c74a796fe24b"
    ),
    (
      """
      name: a
      data: {synthetic: {kind: cells, size: 64}, hold-out: {pages: [3, 7-9]}}
      loss: {w0: 4.5, sigma: 2}
      """, "d87219b61e1426be"
    ),
    (
      """
      name: a
      data: {images: 'x: y', labels: 'l/*.tif', kind: classes, hold-out: {files: ['*.tif', b]}, scale: 0.5}
      """, "2240b42b4f6894cf"
    ),
    (
      """
      name: a
      data: {images: i, labels: l, kind: instances, normalisation: none, partly-annotated: [3-5, 9], \
      sha256: {b.tif: 0000000000000000000000000000000000000000000000000000000000000000}, \
      hold-out: {images: j, labels: k, partly-annotated: 3}}
      """, "bb6d8ba0ff58a04b"
    ),
    (
      """
      name: a
      training: {tile: 188, steps: 7, rate: 1e-5, schedule: {kind: poly, power: 1.5}, momentum: 0.5, \
      weight-decay: 0.0005, seed: 9007199254740993, checkpoint-every: 3}
      """, "420219829cfadda8"
    ),
    (
      """
      name: a
      prediction: {tile: 204, threshold: 0.3, rotations: 7, flips: true, \
      instances: {smallest-area: 20, grow: 2, fill-holes: true}}
      """, "23aa76be2791ef24"
    ),
    (
      """
      name: a
      evaluation: {metrics: [seg, rand], every: 2}
      numerics: direct
      device: opencl:nvidia
      """, "d1039263701a3453"
    ),
  ]

  @Test(arguments: files) func aFilesHashStays(file: String, hash: String) throws {
    let experiment = try Experiment.load(Self.package.appendingPathComponent(file).path)
    #expect(experiment.hash.hasPrefix(hash), "\(file)")
  }

  @Test func everyFileOfThePackageIsHere() throws {
    let folder = Self.package.appendingPathComponent("Experiments")
    let found = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
      .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("choices/") }
    #expect(Set(found.map { "Experiments/\($0)" }) == Set(Self.files.map(\.0)))
  }

  @Test(arguments: texts) func aTextsHashStays(yaml: String, hash: String) throws {
    let experiment = try Experiment(yaml: yaml, file: "x.yaml")
    #expect(experiment.hash.hasPrefix(hash), "\(yaml)")
  }
}
