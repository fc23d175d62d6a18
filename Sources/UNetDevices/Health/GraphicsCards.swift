import UNetFiles

/// A graphics card as the kernel sees it on the PCI bus, whatever drivers there are.
package struct GraphicsCard: Equatable, Sendable {
  /// Its place on the bus: `0000:01:00.0`.
  let place: String
  let maker: Maker

  /// Makers of graphics cards.
  package enum Maker: String, CaseIterable, Sendable {
    case nvidia = "0x10de"
    case amd = "0x1002"
    case intel = "0x8086"

    var name: String {
      switch self {
      case .nvidia: "NVIDIA"
      case .amd: "AMD"
      case .intel: "Intel"
      }
    }

    /// Words by which an OpenCL device of this maker is known.
    var words: [String] {
      switch self {
      case .nvidia: ["nvidia"]
      case .amd: ["amd", "advanced micro"]
      case .intel: ["intel"]
      }
    }

    /// What to install on Debian and its like.
    var packages: String {
      switch self {
      case .nvidia: "nvidia-opencl-icd (or NVIDIA's own driver, which has it)"
      case .amd: "mesa-opencl-icd, or ROCm's OpenCL (rocm-opencl-icd)"
      case .intel: "intel-opencl-icd"
      }
    }

    /// Files of devices that a driver must be able to open; a name that ends in * stands for all that begin so.
    var files: [String] {
      switch self {
      case .nvidia: ["/dev/nvidiactl", "/dev/nvidia0"]
      case .amd: ["/dev/kfd", "/dev/dri/renderD*"]
      case .intel: ["/dev/dri/renderD*"]
      }
    }
  }

  /// Those below `root`, by their classes (display controllers, and the processing accelerators of data centres).
  package static func all(root: String = "") -> [GraphicsCard] {
    let folder = "\(root)/sys/bus/pci/devices"
    return ((try? Files.names(in: folder)) ?? []).sorted().compactMap { place in
      func value(_ name: String) -> String? {
        (try? FileReader.bytes(of: "\(folder)/\(place)/\(name)")).map {
          String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace }
        }
      }
      guard let type = value("class"), type.hasPrefix("0x03") || type.hasPrefix("0x12"),
        let maker = value("vendor").flatMap(Maker.init(rawValue:))
      else { return nil }
      return GraphicsCard(place: place, maker: maker)
    }
  }
}
