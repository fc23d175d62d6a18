import UNetGraph
import UNetInterchange
import UNetNumerics
import UNetPrediction

/// Reads the tensors of a state and makes of them those of this project.
struct StateReader {
  let path: String
  let tensors: NamedTensors
  let names: StateNames
  private var used: Set<String> = []
  private(set) var hadNormalisation = false
  /// That of PyTorch, which states do not have.
  private static let epsilon = 1e-5

  init(path: String, tensors: NamedTensors, names: StateNames) {
    (self.path, self.tensors, self.names) = (path, tensors, names)
  }

  /// What was not asked for; a counter of batches is of no use to anyone.
  var unused: [String] {
    tensors.names.filter { !used.contains($0) && !$0.hasSuffix("num_batches_tracked") }
  }

  mutating func shape(_ name: String, axes: Int) throws -> Shape {
    let name = names.prefix + name
    guard let shape = tensors.shape(of: name) else {
      let bilinear = name.hasSuffix(".up.weight") || name.contains("upconv")
      throw ModelError(
        path,
        "lacks '\(name)', which \(names.program) has"
          + (bilinear ? ": a network that enlarges by interpolation is none that can be imported" : ""))
    }
    guard shape.extents.count == axes else {
      throw ModelError(path, "has \(shape) for '\(name)', where \(axes) axes are needed")
    }
    return shape
  }

  private mutating func tensor(_ name: String) throws -> Tensor? {
    let name = names.prefix + name
    used.insert(name)
    guard let tensor = try tensors[name] else { return nil }
    guard tensor.elements.allSatisfy(\.isFinite) else {
      throw ModelError(path, "has NaN or infinity in '\(name)': its training diverged")
    }
    return tensor
  }

  /// A filter that is not used, such as one of attention, of a shortcut or of a second network, has a part in its results.
  func checkUnused() throws {
    func block(_ name: String) -> Substring? {
      name.dropFirst(names.prefix.count).split(separator: ".").first
    }
    let blocks = Set(used.compactMap(block))
    guard
      let odd = unused.first(where: { name in
        block(name).map(blocks.contains) ?? false || (tensors.shape(of: name)?.extents.count ?? 0) >= 2
      })
    else { return }
    throw ModelError(
      path, "has '\(odd)' beside the layers that a padded U-Net has: such a network cannot be imported")
  }

  /// The convolution of a block with its normalisation; of `skip` channels first, these are moved behind the others.
  mutating func convolution(
    _ block: StateNames.Block, _ number: Int, skip: Int = 0, dividedBy divisor: Double = 1
  )
    throws -> (filter: Tensor, bias: Tensor)
  {
    let (name, normalisation) = names.convolution(block, number)
    let shape = try shape("\(name).weight", axes: 4)
    var filter = try tensor("\(name).weight")?.elements.map(Double.init) ?? []
    let (outputs, inputs, sites) = (shape[0], shape[1], shape[2] * shape[3])
    var bias = try tensor("\(name).bias")?.elements.map(Double.init) ?? [Double](repeating: 0, count: outputs)
    guard bias.count == outputs else {
      throw ModelError(path, "has \(bias.count) numbers for '\(name).bias', not \(outputs)")
    }
    if let (factors, addends) = try normalise(normalisation, outputs) {
      for k in 0..<outputs {
        for at in k * inputs * sites..<(k + 1) * inputs * sites { filter[at] *= factors[k] }
        bias[k] = bias[k] * factors[k] + addends[k]
      }
    }
    if names.skipFirst, skip > 0, skip < inputs {
      for k in 0..<outputs {
        let range = k * inputs * sites..<(k + 1) * inputs * sites
        let cut = range.lowerBound + skip * sites
        filter.replaceSubrange(
          range, with: Array(filter[cut..<range.upperBound] + filter[range.lowerBound..<cut]))
      }
    }
    return (
      Tensor(shape, filter.map { Float($0 / divisor) }), Tensor([outputs], bias.map { Float($0) })
    )
  }

  /// Factor and addend of each channel; nil without normalisation.
  private mutating func normalise(_ name: String, _ channels: Int) throws -> (
    factors: [Double], addends: [Double]
  )? {
    guard let mean = try tensor("\(name).running_mean"), let variance = try tensor("\(name).running_var")
    else {
      if let part = ["weight", "bias", "running_mean", "running_var"]
        .first(where: { tensors.shape(of: "\(names.prefix)\(name).\($0)") != nil })
      {
        throw ModelError(
          path,
          "has '\(names.prefix)\(name).\(part)' without the mean and variance of a batch normalisation: a network that normalises each "
            + "image by itself (instance, group) cannot be imported")
      }
      return nil
    }
    hadNormalisation = true
    let scale = try tensor("\(name).weight")?.elements ?? [Float](repeating: 1, count: channels)
    let shift = try tensor("\(name).bias")?.elements ?? [Float](repeating: 0, count: channels)
    guard
      [mean.elements.count, variance.elements.count, scale.count, shift.count].allSatisfy({ $0 == channels })
    else {
      throw ModelError(
        path,
        "has another number of channels for '\(names.prefix)\(name)' than the \(channels) of its convolution")
    }
    let factors = (0..<channels).map {
      Double(scale[$0]) / (Double(variance.elements[$0]) + Self.epsilon).squareRoot()
    }
    return (factors, (0..<channels).map { Double(shift[$0]) - Double(mean.elements[$0]) * factors[$0] })
  }

  mutating func upConvolution(_ name: String) throws -> (filter: Tensor, bias: Tensor) {
    let shape = try shape("\(name).weight", axes: 4)
    let filter = try tensor("\(name).weight") ?? Tensor(zeros: shape)
    return (filter, try tensor("\(name).bias") ?? Tensor(zeros: [shape[1]]))
  }

  /// The last convolution; of a single score, the second of two classes, whose first has the score 0: softmax is then the sigmoid.
  mutating func head() throws -> (filter: Tensor, bias: Tensor) {
    let shape = try shape("\(names.head).weight", axes: 4)
    let filter = try tensor("\(names.head).weight")?.elements ?? []
    let bias = try tensor("\(names.head).bias")?.elements ?? [Float](repeating: 0, count: shape[0])
    guard shape[0] == 1 else { return (Tensor(shape, filter), Tensor([bias.count], bias)) }
    return (
      Tensor([2, shape[1], shape[2], shape[3]], [Float](repeating: 0, count: filter.count) + filter),
      Tensor([2], [0] + bias)
    )
  }
}
