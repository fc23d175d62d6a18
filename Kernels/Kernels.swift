import UNetFiles

/// A file of OpenCL C in this folder, as a device compiles it.
package struct KernelSource: Sendable {
  /// The name of the file, such as `weight_gradient.cl`.
  package let file: String
  /// The file with what it includes.  `#line` directives keep the compiler's messages at the files' own lines.
  package let text: String
  /// The kernels that it defines.
  package let kernels: [String]
  private let included: Set<String>

  /// Every program: the files that have kernels and that no other includes, those in the binary or, where a folder is
  /// given, those of the same names there.
  /// - Throws: `KernelFileError`.
  package static func all(in folder: String? = nil) throws -> [KernelSource] {
    let sources = try embedded.keys.filter { $0.hasSuffix(".cl") }.sorted()
      .map { try KernelSource($0, in: folder) }
    return sources.filter { source in
      !sources.contains { $0.file != source.file && $0.included.contains(source.file) }
    }
  }

  private init(_ file: String, in folder: String?) throws {
    self.file = file
    var (lines, included): ([Substring], Set<String>) = ([], [])
    try KernelSource.add(file, of: folder, to: &lines, &included)
    (text, self.included) = (lines.joined(separator: "\n"), included)
    kernels = lines.filter { $0.hasPrefix("kernel ") }.compactMap { line in
      line.firstRange(of: " void ").map { String(line[$0.upperBound...].prefix { $0 != "(" }) }
    }
  }

  /// Adds the lines of a file, those of each that it includes in their place, unless they are there.
  private static func add(
    _ file: String, of folder: String?, to lines: inout [Substring], _ included: inout Set<String>
  ) throws {
    guard included.insert(file).inserted else { return }
    lines.append("#line 1 \"\(file)\"")
    let own = try contents(file, of: folder).split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in own.enumerated() {
      guard line.hasPrefix("#include \"") else {
        lines.append(line)
        continue
      }
      try add(String(line.dropFirst(10).prefix { $0 != "\"" }), of: folder, to: &lines, &included)
      lines.append("#line \(number + 2) \"\(file)\"")
    }
  }

  private static func contents(_ file: String, of folder: String?) throws -> String {
    guard let folder else { return String(decoding: embedded[file] ?? [], as: UTF8.self) }
    let path = "\(folder)/\(file)"
    guard let bytes = try? FileReader.bytes(of: path) else { throw KernelFileError(path: path) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The files in the binary: a line here and one in Package.swift for each.
  private static let embedded = [
    "arithmetic.cl": PackageResources.arithmetic_cl,
    "block_sums.cl": PackageResources.block_sums_cl,
    "blocks.h": PackageResources.blocks_h,
    "common.h": PackageResources.common_h,
    "conv.cl": PackageResources.conv_cl,
    "dropout.cl": PackageResources.dropout_cl,
    "layout.cl": PackageResources.layout_cl,
    "loss.cl": PackageResources.loss_cl,
    "peak.cl": PackageResources.peak_cl,
    "pool.cl": PackageResources.pool_cl,
    "shared/adam.h": PackageResources.adam_h,
    "shared/elementary.h": PackageResources.elementary_h,
    "shared/geometry.h": PackageResources.geometry_h,
    "shared/random.h": PackageResources.random_h,
    "shared/winograd_lines.h": PackageResources.winograd_lines_h,
    "small.cl": PackageResources.small_cl,
    "tile.h": PackageResources.tile_h,
    "tile_gradient.cl": PackageResources.tile_gradient_cl,
    "tile_product.cl": PackageResources.tile_product_cl,
    "tile_winograd.cl": PackageResources.tile_winograd_cl,
    "update.cl": PackageResources.update_cl,
    "weight_gradient.cl": PackageResources.weight_gradient_cl,
    "winograd.cl": PackageResources.winograd_cl,
    "winograd.h": PackageResources.winograd_h,
    "winograd_gradient.cl": PackageResources.winograd_gradient_cl,
  ]
}

/// A kernel's file that was promised and that cannot be read.
package struct KernelFileError: Error, CustomStringConvertible {
  /// The file.
  package let path: String
  /// One sentence with the remedy.
  package var description: String {
    "\(path): cannot be read; name a copy of the folder Kernels, or use the kernels of the binary"
  }
}
