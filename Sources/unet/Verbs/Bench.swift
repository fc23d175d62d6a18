import ArgumentParser
import Foundation
import UNetConfiguration
import UNetGraph
import UNetNetworks
import UNetVerification

extension Algorithm: ExpressibleByArgument {}

/// `unet bench`
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times a forward pass, a training step and each of its operations.",
    discussion: """
      Prints for each operation of a step its time, arithmetic and memory traffic a second, and share of the step; \
      then forward pass and step as a whole, with the memory that they need on the device.

      EXAMPLES
        unet bench --size 572 --width 64 --device opencl
      """)

  @OptionGroup var device: DeviceOption
  @Option(number: "Pixels a side of the tile. (default: the side nearest to 572 that fits)") var size: Int?
  @Option(help: "The network: \(alternatives(Networks.all.map(\.variant))).") var variant = "paper"
  @Option(number: "Feature channels of the first level. (default: the network's, 64 for paper)")
  var width: Int?
  @Option(number: "Number of resolutions of a U-Net. (default: the network's, 5 for paper)") var levels: Int?
  @Option(help: "The algorithm of the convolutions: winograd or direct.") var numerics = Algorithm.standard
  @Option(number: "Also time the segmentation of an image of this many pixels a side, in such tiles.")
  var image: Int?
  @Option(number: "Number of runs after a warm-up; the median is printed.") var runs = 5
  @Flag(help: "Print JSON, times in seconds.") var json = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    if let image, !(1...32_768).contains(image) {
      throw ValidationError("--image \(image): must be from 1 to 32768")
    }
    guard (1...1000).contains(runs) else { throw ValidationError("--runs \(runs): must be from 1 to 1000") }
    try network().check(size: size, segmenting: image != nil)
  }

  private func network() throws -> Network {
    guard let network = Networks.named(variant) else {
      throw ValidationError("--variant \(variant): give \(alternatives(Networks.all.map(\.variant)))")
    }
    return try network.with(flags: ["width": width, "levels": levels, "dropout": 0])
  }

  func run() throws {
    let backend = try device.open()
    let network = try network()
    let size = size ?? network.nearestTile(to: 572)
    let result = try Benchmark.measure(
      network, on: backend, size: size, numerics: numerics, image: image, runs: runs)
    guard json else { return show(result) }
    try printJSON(result)
  }

  private func show(_ result: Benchmark) {
    for row in result.operations {
      let figures = String(
        format: "%9.3f ms %7.1f GFLOP/s %6.1f GB/s %4.0f %%  ", row.seconds * 1e3, row.gflops, row.gigabytes,
        100 * row.share)
      print(figures + row.operation)
    }
    print(
      "\(result.device), \(result.size)², width \(result.width), \(result.network), \(result.numerics.rawValue)"
    )
    print(
      String(
        format: """
          peak     %8.1f GFLOP/s, %.1f GB/s (measured)
          forward  %8.4f s   %8.1f MB on the device
          step     %8.4f s   %8.1f MB on the device
          launch   %8.1f µs, each of the step's %d operations takes one or more
          """, result.peakGflops, result.peakGigabytes, result.forwardSeconds, result.forwardMegabytes,
        result.stepSeconds, result.memoryMegabytes, 1e6 * result.launchSeconds, result.operations.count))
    if let image = result.image, let seconds = result.segmentSeconds {
      print(String(format: "segment  %8.4f s   an image of %d²", seconds, image))
    }
  }
}
