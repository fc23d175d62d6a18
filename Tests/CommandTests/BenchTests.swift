import Foundation
import Testing

/// `unet bench` on a small network: what it counts is right, what it times is a number; how fast it is, no test says.
@Suite struct BenchTests {
  private struct Figures: Decodable {
    struct Row: Decodable { let operation: String, seconds, gflops, gigabytes: Double }
    let device, network: String, size, width, image: Int, operations: [Row]
    let forward_s, step_s, segment_s, launch_s, peak_gflops, peak_gb_s, forward_memory_mb, memory_mb: Double
  }

  private let network = ["--size", "60", "--levels", "2", "--width", "4", "--runs", "1", "--image", "70"]

  @Test(arguments: ["cpu", "opencl"])
  func everyFigureIsANumberAboveZero(device: String) throws {
    let outcome = try UnetCommand.run(["bench", "--device", device, "--json"] + network)
    #expect(outcome.status == 0, "\(outcome.messages)")
    let figures = try JSONDecoder().decode(Figures.self, from: Data(outcome.output.utf8))
    #expect((figures.size, figures.width, figures.image) == (60, 4, 70) && figures.network == "2 levels")
    for value in [
      figures.forward_s, figures.step_s, figures.segment_s, figures.launch_s, figures.peak_gflops,
      figures.peak_gb_s, figures.forward_memory_mb,
    ] {
      #expect(value > 0 && value.isFinite)
    }
    #expect(figures.memory_mb > figures.forward_memory_mb)
    #expect(figures.operations.count > 20)
    #expect(figures.operations.allSatisfy { $0.seconds > 0 && $0.gigabytes > 0 && $0.gflops >= 0 })
    // 2 · 58² · 4 · 9 operations of the first convolution, whose filters are too thin for Winograd's algorithm.
    let first = try #require(figures.operations.first { $0.operation.hasPrefix("conv(1×60×60×1,") })
    #expect(abs(first.gflops * first.seconds * 1e9 - 242_208) < 1)
  }

  @Test func theTextNamesWhatIsTimed() throws {
    let outcome = try UnetCommand.run(["bench", "--device", "cpu"] + network)
    #expect(outcome.status == 0, "\(outcome.messages)")
    let words = [
      "60², width 4, 2 levels, winograd", "peak ", "forward ", "step ", "launch ", "an image of 70²",
    ]
    for words in words {
      #expect(outcome.output.contains(words), "\(words)")
    }
  }
}
