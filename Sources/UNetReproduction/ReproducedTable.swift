import UNetEvaluation

/// Tables that can be made again.
package enum ReproducedTable: String, CaseIterable, Sendable {
  /// The EM segmentation challenge.
  case table1
  /// The cell tracking challenge.
  case table2
  /// What the paper leaves open, one choice after the other.
  case ablation
}

/// How much time a table may take.
package enum Budget: String, CaseIterable, Sendable {
  /// Small networks, for two cores of a processor.
  case quick
  /// The paper's network, for a graphics card.
  case full
}

extension ReproducedTable {
  var title: String {
    switch self {
    case .table1: "Table 1: EM segmentation challenge"
    case .table2: "Table 2: cell tracking challenge, intersection over union (SEG)"
    case .ablation: "What the paper leaves open, one choice after the other"
    }
  }

  var published: [ResultTable.Published] {
    switch self {
    case .table1: [PublishedResults.table1]
    case .table2: [PublishedResults.table2]
    case .ablation: []
    }
  }

  /// What a reader must know before comparing rows.
  var caveat: String {
    let common = """
      The challenge's test labels were never published.  Our figures are measured on part of the training set that the
      network has not seen, with networks trained on the rest of it.
      """
    switch self {
    case .table1, .ablation:
      return common + """
         They are not figures of the
        challenge's server: fewer slices to learn from, other slices to be judged by.  Neighbouring slices are alike, so whole
        blocks are held out.  Metrics are the challenge's (Documentation/metrics.md); warping, Rand and pixel error are the best
        over thresholds, as there; the last figure is at one threshold: the experiment's or, where that is `auto`, the best
        for the other parts that are held out in turn, 0.5 where there are none.
        """
    case .table2:
      return common + """
         The paper's networks learnt from
        both sequences.  SEG is the challenge's: the mean over all true objects of the annotated frames, at the threshold and
        with the instance options of the experiments; where a threshold is `auto`, it is the best for the other sequence, on which
        the network has learnt.  The last columns say what the threshold that is best for the judged images would have given.
        """
    }
  }

  /// The table's columns.
  var columns: [TableColumn] {
    switch self {
    case .table1, .ablation:
      [
        TableColumn("warping error", 6, .figure(.warpingError)),
        TableColumn("Rand error", 4, .figure(.randError)),
        TableColumn("pixel error", 4, .figure(.pixelError)), TableColumn("V_rand", 4, .figure(.vrand)),
        TableColumn("V_info", 4, .figure(.vinfo)),
        TableColumn("V_rand at own threshold", 4, .atOwnThreshold(.vrand)),
        TableColumn("seconds a slice", 2, .seconds),
      ]
    case .table2:
      [
        TableColumn("PhC-U373", 4, .figure(.seg), set: "PhC-U373"),
        TableColumn("DIC-HeLa", 4, .figure(.seg), set: "DIC-HeLa"),
        TableColumn("PhC-U373, best threshold", 4, .withHindsight(.seg), set: "PhC-U373"),
        TableColumn("DIC-HeLa, best threshold", 4, .withHindsight(.seg), set: "DIC-HeLa"),
      ]
    }
  }
}
