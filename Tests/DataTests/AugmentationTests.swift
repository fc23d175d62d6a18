import Foundation
import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("Augmentation (section 3.1)")
struct AugmentationTests {
  @Test("no turn and no displacement give the plain sample, bit for bit, under every symmetry")
  func identity() throws {
    let frames = [try page(61, 90, channels: 3), try page(70, 50, channels: 3)]
    for turns in [false, true] {
      let plain = AugmentationOptions(quarterTurns: turns)
      let still = AugmentationOptions(quarterTurns: turns, elastic: .init(grid: 3, deviation: 0))
      let a = try Sampler(frames: frames, input: 40, output: 20, seed: 5, options: plain)
      let b = try Sampler(frames: frames, input: 40, output: 20, seed: 5, options: still)
      for step in 0..<60 { #expect(a.sample(step: step) == b.sample(step: step)) }
    }
  }

  @Test("a sample is a function of seed and step, in whatever order and on however many threads")
  func determinism() throws {
    let frames = [try page(61, 90), try page(70, 50)]
    let a = try Sampler(frames: frames, input: 60, output: 20, seed: 5, options: .paper)
    let b = try Sampler(frames: frames, input: 60, output: 20, seed: 6, options: .paper)
    let inOrder = (0..<30).map { a.sample(step: $0) }
    let results = Samples(count: 30)
    DispatchQueue.concurrentPerform(iterations: 30) { results.set(a.sample(step: 29 - $0), at: 29 - $0) }
    #expect(results.all == inOrder)
    #expect(b.sample(step: 0) != inOrder[0])
  }

  @Test(
    "labels and weights move with the image: where grey value is class, they agree but at edges",
    arguments: [1, -1])
  func together(class other: Int32) throws {
    // Squares of class 0 and of another, or of unknown pixels, with grey values 0 and 1.
    let side = 160
    let classes = (0..<side * side).map { ($0 / side / 40 + $0 % side / 40) % 2 == 0 ? 0 : other }
    let image = Image(
      height: side, width: side, format: .float32, pixels: classes.map { $0 == 0 ? 0 : 1 })
    let annotation = Annotation(height: side, width: side, classes: classes, instances: nil)
    let frame = Frame(name: "a", file: "a", page: 0, image: image, annotation: annotation)
    let prepared = PreparedFrame(frame, normalisation: .none, weights: WeightMapOptions())
    let options = AugmentationOptions(rotation: 180, elastic: .init(grid: 3, deviation: 5))
    let sampler = try Sampler(frames: [prepared], input: 120, output: 80, seed: 3, options: options)
    for step in 0..<20 {
      let sample = sampler.sample(step: step)
      var others = 0
      for (at, label) in sample.labels.elements.enumerated() {
        let value = sample.image.elements[(at / 80 + 20) * 120 + at % 80 + 20]
        let weight = sample.weights.elements[at]
        // Pixel 40 is the first of the other kind.
        let isOther = label == 1 || weight == 0
        #expect(label == Float(isOther ? max(other, 0) : 0) && weight == prepared.weights[isOther ? 40 : 0])
        // Half a pixel from an edge the cubic is half way.
        #expect(abs(value - (isOther ? 1 : 0)) < 0.55)
        if isOther { others += 1 }
      }
      #expect(1000...5400 ~= others)
    }
  }

  @Test("displacements have deviation 10 at the grid's points, mean 0, and change smoothly between")
  func displacements() throws {
    // Two channels whose values are the row and the column: a sample tells where its pixels lie.
    let (side, input) = (400, 201)
    let places = (0..<side * side).flatMap { [Float($0 / side), Float($0 % side)] }
    let image = Image(height: side, width: side, channels: 2, format: .float32, pixels: places)
    let classes = [Int32](repeating: 0, count: side * side)
    let frame = PreparedFrame(
      Frame(
        name: "a", file: "a", page: 0, image: image,
        annotation: Annotation(height: side, width: side, classes: classes, instances: nil)),
      normalisation: .none, weights: WeightMapOptions())
    let still = AugmentationOptions(flips: false, quarterTurns: false)
    let moving = AugmentationOptions(flips: false, quarterTurns: false, elastic: .init())
    let a = try Sampler(frames: [frame], input: input, output: 101, seed: 3, options: still)
    let b = try Sampler(frames: [frame], input: input, output: 101, seed: 3, options: moving)
    var vectors: [Double] = []
    var steepest: Float = 0
    for step in 0..<100 {
      let (x, y) = (a.sample(step: step).image.elements, b.sample(step: step).image.elements)
      func displacement(_ row: Int, _ column: Int, _ axis: Int) -> Float? {
        let at = 2 * (row * input + column) + axis
        // The ramp is folded where the image is mirrored.
        return 50...350 ~= x[at] ? y[at] - x[at] : nil
      }
      for axis in 0...1 {
        for point in 0..<9 {
          vectors += [displacement(point / 3 * 100, point % 3 * 100, axis).map(Double.init)].compactMap { $0 }
        }
        for place in 0..<200 {
          guard let here = displacement(place, 7, axis), let there = displacement(place + 1, 7, axis) else {
            continue
          }
          steepest = max(steepest, abs(here - there))
        }
      }
    }
    let count = Double(vectors.count)
    let mean = vectors.reduce(0, +) / count
    let deviation = (vectors.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
    // Five standard errors.
    #expect(count > 1000 && abs(mean) < 5 * 10 / count.squareRoot())
    #expect(abs(deviation - 10) < 5 * 10 / (2 * count).squareRoot())
    #expect(steepest > 0.05 && steepest < 1)
  }

  /// 200² pixels whose grey values are their columns.
  private func ramp() -> PreparedFrame {
    let side = 200
    let image = Image(
      height: side, width: side, format: .float32, pixels: (0..<side * side).map { Float($0 % side) })
    let classes = [Int32](repeating: 0, count: side * side)
    let annotation = Annotation(height: side, width: side, classes: classes, instances: nil)
    return PreparedFrame(
      Frame(name: "a", file: "a", page: 0, image: image, annotation: annotation), normalisation: .none,
      weights: WeightMapOptions())
  }

  @Test("every angle is as likely: a ramp tells the angle of each sample")
  func angles() throws {
    let frame = ramp()
    func slopes(_ options: AugmentationOptions) throws -> [Double] {
      let sampler = try Sampler(frames: [frame], input: 20, output: 20, seed: 3, options: options)
      return (0..<400).compactMap { step in
        let x = sampler.sample(step: step).image.elements
        // Tiles that reach over the border are folded there.
        guard x.allSatisfy({ $0 > 5 && $0 < 194 }) else { return nil }
        let (down, right) = (Double(x[380] - x[0]) / 19, Double(x[19] - x[0]) / 19)
        #expect(abs(down * down + right * right - 1) < 1e-3)
        return atan2(down, right) * 180 / .pi
      }
    }
    let free = try slopes(AugmentationOptions(flips: false, quarterTurns: false, rotation: 180))
    #expect(free.count > 200)
    for quarter in 0..<4 {
      let share = free.filter { Int(($0 + 180) / 90) == quarter }.count
      #expect(abs(Double(share) / Double(free.count) - 0.25) < 0.1)
    }
    let mild = try slopes(AugmentationOptions(flips: false, quarterTurns: false, rotation: 15))
    #expect(mild.allSatisfy { abs($0) <= 15.1 } && mild.contains { $0 < -12 } && mild.contains { $0 > 12 })
  }

  @Test("sizes are even between the factor and its inverse on a logarithmic scale")
  func zoom() throws {
    let frame = ramp()
    let options = AugmentationOptions(flips: false, quarterTurns: false, zoom: 0.5)
    let sampler = try Sampler(frames: [frame], input: 20, output: 20, seed: 3, options: options)
    let sizes = (0..<400).compactMap { step -> Double? in
      let x = sampler.sample(step: step).image.elements
      return x.allSatisfy { $0 > 5 && $0 < 194 } ? Double(x[19] - x[0]) / 19 : nil
    }
    #expect(sizes.count > 200 && sizes.allSatisfy { $0 > 1 / 1.5001 && $0 < 1.5001 })
    for (low, high) in [(1 / 1.5, 0.816), (0.816, 1), (1, 1.225), (1.225, 1.5)] {
      let share = Double(sizes.count { $0 >= low && $0 < high }) / Double(sizes.count)
      #expect(abs(share - 0.25) < 0.1)
    }
  }

  @Test("grey values become mean + c (x - mean) + b deviation, and nothing else changes")
  func grey() throws {
    let frame = try page(50, 50)
    let still = AugmentationOptions(grey: nil)
    let changed = AugmentationOptions(grey: .init(contrast: 0.3, brightness: 0.2))
    let a = try Sampler(frames: [frame], input: 40, output: 20, seed: 5, options: still)
    let b = try Sampler(frames: [frame], input: 40, output: 20, seed: 5, options: changed)
    var factors: [Double] = []
    var shifts: [Double] = []
    for step in 0..<200 {
      let (x, y) = (a.sample(step: step), b.sample(step: step))
      #expect(x.labels == y.labels && x.weights == y.weights)
      let u = x.image.elements.map(Double.init)
      let v = y.image.elements.map(Double.init)
      let low = u.indices.min { u[$0] < u[$1] } ?? 0
      let high = u.indices.max { u[$0] < u[$1] } ?? 0
      let factor = (v[high] - v[low]) / (u[high] - u[low])
      let shift = (v[low] - frame.mean - factor * (u[low] - frame.mean)) / frame.deviation
      for at in u.indices {
        let expected = frame.mean + factor * (u[at] - frame.mean) + shift * frame.deviation
        #expect(abs(v[at] - expected) < 1e-3 * frame.deviation)
      }
      factors.append(factor)
      shifts.append(shift)
    }
    #expect(factors.allSatisfy { abs($0 - 1) <= 0.3001 } && shifts.allSatisfy { abs($0) <= 0.2001 })
    for values in [factors.map { ($0 - 1) / 0.3 }, shifts.map { $0 / 0.2 }] {
      // Uniform in -1...1: mean 0, variance 1/3.
      let mean = values.reduce(0, +) / 200
      let square = values.map { $0 * $0 }.reduce(0, +) / 200
      #expect(abs(mean) < 0.15 && abs(square - 1.0 / 3) < 0.1)
    }
  }

  /// A page whose values number its pixels, with some classes and unknown pixels.
  private func page(_ height: Int, _ width: Int, channels: Int = 1) throws -> PreparedFrame {
    let count = height * width
    let image = Image(
      height: height, width: width, channels: channels, format: .float32,
      pixels: (0..<count * channels).map { Float($0) })
    let classes = (0..<count).map { Int32($0 % 7 % 3 - 1) }
    let annotation = Annotation(height: height, width: width, classes: classes, instances: nil)
    let frame = Frame(name: "frame", file: "frame.tif", page: 0, image: image, annotation: annotation)
    return PreparedFrame(frame, normalisation: .none, weights: WeightMapOptions())
  }
}

/// A place for each sample, written from any thread.
private final class Samples: @unchecked Sendable {
  private var samples: [Sample?]
  private let lock = NSLock()
  init(count: Int) { samples = .init(repeating: nil, count: count) }
  func set(_ sample: Sample, at index: Int) { lock.withLock { samples[index] = sample } }
  var all: [Sample] { samples.compactMap { $0 } }
}
