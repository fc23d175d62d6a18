/// The files of the folder `Tuning`, carried inside the binary: parameters of schedules, each for a device.
package enum ShippedTuning: String, CaseIterable, Sendable {
  case h100 = "nvidia-h100-80gb-hbm3"
  case h200 = "nvidia-h200"

  /// Its place in the repository.
  package var path: String { "Kernels/Tuning/\(rawValue).yaml" }

  /// The YAML.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  private var bytes: [UInt8] {
    switch self {
    case .h100: PackageResources.nvidia_h100_80gb_hbm3_yaml
    case .h200: PackageResources.nvidia_h200_yaml
    }
  }
}
