import UNetConfiguration
import UNetExperimentFiles
import UNetPrediction

extension ReproductionPlan {
  /// The plan of a table.
  package static func of(_ table: ReproducedTable, _ budget: Budget) -> ReproductionPlan {
    switch (table, budget) {
    case (.table1, .quick):
      plan(
        table, budget,
        [
          Row(
            name: "U-Net, width 16", id: "u-net", file: .isbi2012EMSmall, averagesSeeds: true,
            folds: [lastSlices]),
          Row(
            name: "sliding window", id: "sliding-window", file: .slidingWindow, folds: [lastSlices],
            predictions: windows),
        ], seeds: 3, measuredOn: "here, slices 20-29 of the training stack, held out")
    case (.table1, .full):
      plan(
        table, budget,
        [
          Row(name: "U-Net", id: "u-net", file: .isbi2012EM, averagesSeeds: true, folds: thirds),
          Row(
            name: "sliding window", id: "sliding-window", file: .slidingWindow,
            overrides: ["training.steps=200000"], folds: thirds, predictions: windows),
        ], seeds: 3, measuredOn: "here, each third of the training stack held out in turn")
    case (.table2, .quick):
      plan(
        table, budget,
        cellTracking(
          phc: (.phcU373Small, reverse: .phcU373SmallReverse),
          dic: (.dicHeLaSmall, reverse: .dicHeLaSmallReverse),
          name: "U-Net, width 16"),
        seeds: 3, measuredOn: eachSequence)
    case (.table2, .full):
      plan(
        table, budget, cellTracking(phc: (.phcU373, nil), dic: (.dicHeLa, nil), name: "U-Net"), seeds: 3,
        measuredOn: eachSequence)
    case (.ablation, let budget):
      plan(
        table, budget, ablation(budget == .full ? thirds : [lastSlices]), seeds: budget == .full ? 5 : 2,
        measuredOn: "here, held-out slices of the EM challenge's training stack")
    }
  }

  /// The studies by which the experiments of a table were chosen, inside the images that these train on.
  /// - Throws: `ConfigurationError`, `FileError`.
  package static func choices(for table: ReproducedTable) throws -> [ReproductionPlan] {
    try ChoiceFile.allCases.filter { $0.rawValue.hasPrefix(table.rawValue) }.map { file in
      try StudyFile(text: file.text, path: file.path, isPinned: true) { name in
        guard let experiment = ExperimentFile(named: name) else {
          throw ConfigurationError(file.path, "names \(name), which the command does not carry")
        }
        return (experiment.text, experiment.path)
      }.plan()
    }
  }

  private static func plan(
    _ table: ReproducedTable, _ budget: Budget, _ rows: [Row], seeds: Int, measuredOn: String
  ) -> ReproductionPlan {
    ReproductionPlan(
      name: "\(table.rawValue)-\(budget.rawValue)", title: "\(table.title), budget \(budget.rawValue)",
      caveat: table.caveat, published: table.published, columns: table.columns,
      rows: rows.map { row in
        var row = row
        row.isPinned = true
        return row
      }, seeds: seeds,
      measuredOn: measuredOn)
  }

  /// What the predecessor did, and the same with every overlap computed once.
  private static let windows = [
    PredictionVariant(suffix: ", one window a pixel", windows: true),
    PredictionVariant(suffix: ", overlaps computed once"),
  ]

  /// Neighbouring slices are alike, so whole blocks are held out.
  private static let lastSlices = slices(20...29)
  private static let thirds = [slices(0...9), slices(10...19), lastSlices]

  private static func slices(_ pages: ClosedRange<Int>) -> Fold {
    let range = "\(pages.lowerBound)-\(pages.upperBound)"
    return Fold(name: range, overrides: ["data.hold-out={pages: \(range)}"])
  }

  private static let eachSequence =
    "here, trained on one training sequence, judged on the other, and the reverse"

  /// Both sets of images, each sequence held out in turn: an experiment that trains on 01, and one that trains on 02, or the same
  /// one with the sequences changed over.
  private static func cellTracking(
    phc: (ExperimentFile, reverse: ExperimentFile?), dic: (ExperimentFile, reverse: ExperimentFile?),
    name: String
  ) -> [Row] {
    [
      ("PhC-U373", "phc-u373", "PhC-C2DH-U373", phc, []),
      ("DIC-HeLa", "dic-hela", "DIC-C2DH-HeLa", dic, [67]),
    ]
    .map { column, id, set, files, partly in
      // The experiments as they stand train on 01, of which some frames are annotated in part.
      let changedOver = [
        "data.images=ctc/\(set)/02", "data.labels=ctc/\(set)/02_GT/SEG", "data.partly-annotated=[]",
        "data.hold-out={images: ctc/\(set)/01, labels: ctc/\(set)/01_GT/SEG, partly-annotated: \(partly)}",
      ]
      let reverse =
        files.reverse.map { Fold(name: "01", file: $0) } ?? Fold(name: "01", overrides: changedOver)
      return Row(
        name: name, column: column, id: id, file: files.0, averagesSeeds: true,
        folds: [Fold(name: "02"), reverse])
    }
  }

  /// The small network as it stands, with one choice after the other made differently.
  private static func ablation(_ folds: [Fold]) -> [Row] {
    [
      Row(
        name: "base", id: "base", file: .ablationBase, folds: folds,
        predictions: [
          PredictionVariant(suffix: ", one prediction"),
          PredictionVariant(suffix: ", mean score of 4 flips", overrides: ["prediction.flips=true"]),
          PredictionVariant(suffix: ", mean of 7 rotations", overrides: ["prediction.rotations=7"]),
          PredictionVariant(
            suffix: ", the 8 symmetries of the square",
            overrides: ["prediction.rotations=4", "prediction.flips=true"]),
        ]),
      Row(name: "ReLU after each up-convolution", id: "up-relu", file: .ablationUpReLU, folds: folds),
      Row(
        name: "no border weights (w0 = 0)", id: "no-border-weights", file: .ablationNoBorderWeights,
        folds: folds),
      Row(name: "no elastic deformation", id: "no-elastic", file: .ablationNoElastic, folds: folds),
    ]
  }
}
