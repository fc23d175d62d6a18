/// The figures of a judgement at each of the challenge's thresholds.
package struct ThresholdTable: Equatable, Sendable {
  /// The thresholds, `ThresholdSweep.challenge`.
  package let thresholds = ThresholdSweep.challenge
  private var values: [Column: [Double]] = [:]

  /// A figure at each threshold; its raw value is its name in CSV.
  package enum Column: String, CaseIterable, Sendable {
    /// Pixels of the wrong colour among all.
    case misclassificationRate = "misclassification-rate"
    /// F of the white pixels of the whole stack.
    case pixelF = "pixel-f"
    /// Rand precision over the pairs of all slices.
    case randPrecision = "rand-precision"
    /// Rand recall over the pairs of all slices.
    case randRecall = "rand-recall"
    /// Rand F over the pairs of all slices.
    case randF = "rand-f"
    /// The mean of the slices' Rand F.
    case randFOfSlices = "rand-f-of-slices"
    /// The mean of the slices' Rand index.
    case randIndex = "rand-index"
    /// Precision after thinning, over the pairs of all slices.
    case vrandPrecision = "vrand-precision"
    /// Recall after thinning, over the pairs of all slices.
    case vrandRecall = "vrand-recall"
    /// F after thinning, over the pairs of all slices.
    case vrandOfPairs = "vrand-of-pairs"
    /// V_rand: the mean of the slices' F after thinning.
    case vrand
    /// The mean of the slices' Rand index after thinning.
    case vrandIndex = "vrand-index"
    /// V_info: the mean of the slices' information F after thinning.
    case vinfo
    /// The same without thinning.
    case vinfoUnthinned = "vinfo-unthinned"
    /// The mean of the slices' variation of information, in nats, without thinning.
    case variation = "variation-of-information"
    /// Splits and mergers for each pixel.
    case warpingError = "warping-error"
    /// Pixels that warping leaves, for each pixel.
    case warpingClassic = "warping-classic"
    /// Split pixels.
    case splits
    /// Merged pixels.
    case mergers
  }

  /// A column; `nil` where no metric asked for it.
  package subscript(column: Column) -> [Double]? { values[column] }

  /// The place of the lowest threshold at which a column is greatest, or least.
  func place(_ column: Column, _ isBetter: (Double, Double) -> Bool) -> Int? {
    guard let values = values[column] else { return nil }
    return values.indices.reduce(0) { isBetter(values[$1], values[$0]) ? $1 : $0 }
  }

  /// The greatest value of a column, or the least, and the lowest threshold that has it.
  func best(_ column: Column, _ isBetter: (Double, Double) -> Bool) -> (value: Double, threshold: Double)? {
    guard let place = place(column, isBetter), let values = values[column] else { return nil }
    return (values[place], thresholds[place])
  }

  /// The columns that exist, a row a threshold, every digit.
  package var csv: String {
    let columns = Column.allCases.filter { values[$0] != nil }
    let header = (["threshold"] + columns.map(\.rawValue)).joined(separator: ",")
    let rows = thresholds.indices.map { row in
      ([thresholds[row]] + columns.compactMap { values[$0]?[row] }).map { "\($0)" }.joined(separator: ",")
    }
    return ([header] + rows).joined(separator: "\n") + "\n"
  }
}

extension ThresholdTable {
  /// The table of these frames together.
  init(_ frames: [FrameStatistics]) {
    for index in thresholds.indices {
      if frames.contains(where: { !$0.pixels.isEmpty }) {
        add(frames.reduce(PixelCounts()) { $0 + $1.pixels[index] })
      }
      let plain = frames.compactMap { $0.plain.isEmpty ? nil : $0.plain[index] }
      let thin = frames.compactMap { $0.thinned.isEmpty ? nil : $0.thinned[index] }
      let warping = frames.compactMap { $0.warping.isEmpty ? nil : $0.warping[index] }
      if !plain.isEmpty { addPlain(plain) }
      if !thin.isEmpty { addThinned(thin) }
      if !warping.isEmpty { add(warping.reduce(WarpingErrors()) { $0 + $1 }) }
    }
  }

  private mutating func append(_ value: Double, to column: Column) {
    values[column, default: []].append(value)
  }

  private mutating func add(_ counts: PixelCounts) {
    append(counts.misclassificationRate, to: .misclassificationRate)
    append(counts.fScore, to: .pixelF)
  }

  private mutating func addPlain(_ slices: [PartitionAgreement]) {
    let pairs = slices.reduce(RandCounts()) { $0 + $1.rand }
    append(pairs.precision, to: .randPrecision)
    append(pairs.recall, to: .randRecall)
    append(pairs.fScore, to: .randF)
    append(mean(slices, \.rand.fScore), to: .randFOfSlices)
    append(mean(slices, \.rand.index), to: .randIndex)
    append(mean(slices, \.information.fScore), to: .vinfoUnthinned)
    append(mean(slices, \.information.variation), to: .variation)
  }

  private mutating func addThinned(_ slices: [PartitionAgreement]) {
    let pairs = slices.reduce(RandCounts()) { $0 + $1.rand }
    append(pairs.precision, to: .vrandPrecision)
    append(pairs.recall, to: .vrandRecall)
    append(pairs.fScore, to: .vrandOfPairs)
    append(mean(slices, \.rand.fScore), to: .vrand)
    append(mean(slices, \.rand.index), to: .vrandIndex)
    append(mean(slices, \.information.fScore), to: .vinfo)
  }

  private mutating func add(_ errors: WarpingErrors) {
    append(errors.error, to: .warpingError)
    append(errors.classic, to: .warpingClassic)
    append(Double(errors.splits), to: .splits)
    append(Double(errors.mergers), to: .mergers)
  }

  /// The mean over the slices in which the truth has a region; 1 without any.
  private func mean(_ slices: [PartitionAgreement], _ score: KeyPath<PartitionAgreement, Double>) -> Double {
    let judged = slices.filter { $0.rand.pairs > 0 }
    return share(judged.reduce(0) { $0 + $1[keyPath: score] }, of: Double(judged.count))
  }
}
