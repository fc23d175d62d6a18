import Foundation

/// The OpenCL C files of this folder, carried inside the binary.
package enum KernelSource: String, CaseIterable, Sendable {
  case conv, weightGradient = "weight_gradient", tileProduct = "tile_product"
  case tileGradient = "tile_gradient", winograd, winogradGradient = "winograd_gradient", tileWinograd =
    "tile_winograd"
  case pool, dropout, loss, update, peak

  /// Whether each kernel stands between `#ifdef KERNEL_name` and `#endif`.
  package var compilesEachKernelApart: Bool {
    switch self {
    case .conv, .weightGradient, .winograd, .winogradGradient: true
    case .pool, .dropout, .loss, .update, .peak, .tileProduct, .tileGradient, .tileWinograd: false
    }
  }

  /// The name of the file, such as `weight_gradient.cl`.
  package var file: String { "\(rawValue).cl" }

  /// The text that a device compiles: `common.h`, what else the file needs, then the file.  `#line` directives
  /// keep the compiler's messages at the files' own lines.  Where the environment names a folder, `UNET_KERNELS=DIR`,
  /// all are read from there.
  /// - Throws: the error of reading the folder's file.
  package func text() throws -> String {
    try (headers + [(file, embedded)]).map { name, embedded in
      "#line 1 \"\(name)\"\n\(try Self.contents(name, embedded: embedded))\n"
    }.joined()
  }

  private var headers: [(String, [UInt8])] {
    let common = ("common.h", PackageResources.common_h)
    return switch self {
    case .tileProduct, .tileGradient: [common, ("tile.h", PackageResources.tile_h)]
    case .winograd, .winogradGradient, .tileWinograd: [common, ("winograd.h", PackageResources.winograd_h)]
    case .conv, .weightGradient, .pool, .dropout, .loss, .update, .peak: [common]
    }
  }

  private var embedded: [UInt8] {
    switch self {
    case .conv: PackageResources.conv_cl
    case .weightGradient: PackageResources.weight_gradient_cl
    case .tileProduct: PackageResources.tile_product_cl
    case .tileGradient: PackageResources.tile_gradient_cl
    case .winograd: PackageResources.winograd_cl
    case .winogradGradient: PackageResources.winograd_gradient_cl
    case .tileWinograd: PackageResources.tile_winograd_cl
    case .pool: PackageResources.pool_cl
    case .dropout: PackageResources.dropout_cl
    case .loss: PackageResources.loss_cl
    case .update: PackageResources.update_cl
    case .peak: PackageResources.peak_cl
    }
  }

  private static func contents(_ name: String, embedded: [UInt8]) throws -> String {
    guard let folder = ProcessInfo.processInfo.environment["UNET_KERNELS"], !folder.isEmpty else {
      return String(decoding: embedded, as: UTF8.self)
    }
    let path = "\(folder)/\(name)"
    guard let data = FileManager.default.contents(atPath: path) else { throw KernelFileError(path: path) }
    return String(decoding: data, as: UTF8.self)
  }
}

/// A kernel's file that `UNET_KERNELS` promises and that cannot be read.
package struct KernelFileError: Error, CustomStringConvertible {
  /// The file.
  package let path: String
  /// One sentence with the remedy.
  package var description: String {
    "\(path): cannot be read; let UNET_KERNELS name a copy of the folder Kernels, or unset it"
  }
}
