import Foundation

/// The experiments of this folder that tables are made of, carried inside the binary.
package enum ExperimentFile: String, CaseIterable, Sendable {
  case isbi2012EM = "isbi2012-em"
  case isbi2012EMSmall = "isbi2012-em-small"
  case slidingWindow = "isbi2012-em-sliding-window"
  case phcU373 = "phc-u373"
  case phcU373Small = "phc-u373-small"
  case phcU373SmallReverse = "phc-u373-small-reverse"
  case dicHeLa = "dic-hela"
  case dicHeLaSmall = "dic-hela-small"
  case dicHeLaSmallReverse = "dic-hela-small-reverse"
  case ablationBase = "ablation/base"
  case ablationUpReLU = "ablation/up-relu"
  case ablationNoBorderWeights = "ablation/no-border-weights"
  case ablationNoElastic = "ablation/no-elastic"

  /// Its place in the repository.
  package var path: String { "Experiments/\(rawValue).yaml" }

  /// The YAML.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The experiment that another file in the repository names by `path`.
  package init?(named path: String) {
    let name = path.split(separator: "/").last
    guard let found = Self.allCases.first(where: { $0.path.split(separator: "/").last == name }) else {
      return nil
    }
    self = found
  }

  /// The SHA-256 of every image's pixels, a line each: `pixels.sha256`.
  package static var pixelDigests: String { String(decoding: PackageResources.pixels_sha256, as: UTF8.self) }

  private var bytes: [UInt8] {
    switch self {
    case .isbi2012EM: PackageResources.isbi2012_em_yaml
    case .isbi2012EMSmall: PackageResources.isbi2012_em_small_yaml
    case .slidingWindow: PackageResources.isbi2012_em_sliding_window_yaml
    case .phcU373: PackageResources.phc_u373_yaml
    case .phcU373Small: PackageResources.phc_u373_small_yaml
    case .phcU373SmallReverse: PackageResources.phc_u373_small_reverse_yaml
    case .dicHeLa: PackageResources.dic_hela_yaml
    case .dicHeLaSmall: PackageResources.dic_hela_small_yaml
    case .dicHeLaSmallReverse: PackageResources.dic_hela_small_reverse_yaml
    case .ablationBase: PackageResources.base_yaml
    case .ablationUpReLU: PackageResources.up_relu_yaml
    case .ablationNoBorderWeights: PackageResources.no_border_weights_yaml
    case .ablationNoElastic: PackageResources.no_elastic_yaml
    }
  }
}

/// The studies of this folder by which experiments were chosen, carried inside the binary.
package enum ChoiceFile: String, CaseIterable, Sendable {
  case table1 = "table1-quick-choices"
  case table1Training = "table1-quick-choices-training"
  case slidingWindow = "table1-quick-choices-sliding-window"
  case phc01 = "table2-quick-choices-phc-01"
  case phc02 = "table2-quick-choices-phc-02"
  case dic01 = "table2-quick-choices-dic-01"
  case dic02 = "table2-quick-choices-dic-02"

  /// Its place in the repository.
  package var path: String { "Experiments/choices/\(rawValue).yaml" }

  /// The YAML.
  package var text: String {
    String(decoding: bytes, as: UTF8.self)
  }

  private var bytes: [UInt8] {
    switch self {
    case .table1: PackageResources.table1_quick_choices_yaml
    case .table1Training: PackageResources.table1_quick_choices_training_yaml
    case .slidingWindow: PackageResources.table1_quick_choices_sliding_window_yaml
    case .phc01: PackageResources.table2_quick_choices_phc_01_yaml
    case .phc02: PackageResources.table2_quick_choices_phc_02_yaml
    case .dic01: PackageResources.table2_quick_choices_dic_01_yaml
    case .dic02: PackageResources.table2_quick_choices_dic_02_yaml
    }
  }
}
