import SwiftProtobuf
import UNetData
import UNetFiles
import UNetInterchange
import UNetMessages
import UNetNetworks
import UNetNumerics
import UNetPrediction

/// The U-Net of a `.caffemodel`, by the names of the network file that the paper's authors published (`phseg_v5`, 2015).
///
/// Its levels are `d0`, `d1` ... downwards and `u0` upwards, the letters `a`, `b`, `c`, `d` the steps within a level.
struct CaffeState {
  private let path: String
  /// The parameters of layers, by name: filters, then biases.
  private let layers: [String: [Caffe_BlobProto]]
  /// The number of resolutions.
  let levels: Int

  /// - Throws: `ModelError` where it is no network of these names; `FileError`.
  init(_ path: String) throws {
    let net: Caffe_NetParameter
    do {
      net = try Caffe_NetParameter(serializedBytes: try FileReader.bytes(of: path))
    } catch is BinaryDecodingError {
      throw ModelError(path, "is no .caffemodel, or is damaged: give the file that Caffe has saved")
    }
    let named = net.layer.map { ($0.name, $0.blobs) } + net.layers.map { ($0.name, $0.blobs) }
    self.path = path
    layers = Dictionary(named) { $0.isEmpty ? $1 : $0 }
    let found = layers
    levels = (0...TileGeometry.mostLevels).prefix { found["conv_d\($0)a-b"] != nil }.count
    guard levels >= 2 else {
      let names = named.map(\.0).filter { !$0.isEmpty }
      throw ModelError(
        path,
        "has no layers of the names in the authors' network of 2015 (conv_d0a-b, conv_d1a-b ...), but \(listed(names)): no other can be imported"
      )
    }
  }

  /// The name of a convolution's layer, by its name here.
  private func layer(_ level: Int, _ part: Part) throws -> String {
    switch part {
    case .encoder(let number): return "conv_d\(level)\(number == 1 ? "a-b" : "b-c")"
    case .decoder(let number): return "conv_u\(level)\(number == 1 ? "b-c" : "c-d")"
    case .up: return "upconv_\(level == levels - 2 ? "d\(level + 1)c" : "u\(level + 1)d")_u\(level)a"
    case .head:
      // Networks that were trained on have another word behind it.
      let names = layers.keys.filter { $0.hasPrefix("conv_u0d-score") && !(layers[$0] ?? []).isEmpty }
        .sorted()
      guard names.count == 1 else {
        throw ModelError(path, "has \(names.count) layers conv_u0d-score, of which there is one in a U-Net")
      }
      return names[0]
    }
  }

  private enum Part { case encoder(Int), decoder(Int), up, head }

  /// Filter and bias of a layer.
  private func parameters(_ name: String) throws -> (filter: Tensor, bias: Tensor) {
    guard let blobs = layers[name], blobs.count == 2 else {
      throw ModelError(
        path, "has \(layers[name]?.count ?? 0) arrays for '\(name)', which has a filter and a bias")
    }
    let filter = try tensor(blobs[0], name)
    let bias = try tensor(blobs[1], name)
    guard filter.shape.extents.count == 4 else {
      throw ModelError(path, "has \(filter.shape) for '\(name)', where 4 axes are needed")
    }
    return (filter, Tensor([bias.elements.count], bias.elements))
  }

  private func tensor(_ blob: Caffe_BlobProto, _ name: String) throws -> Tensor {
    let numbers = blob.data.isEmpty ? blob.doubleData.map { Float($0) } : blob.data
    let sizes =
      blob.hasShape
      ? blob.shape.dim.map { Int(clamping: $0) }
      : [blob.num, blob.channels, blob.height, blob.width].map(Int.init)
    var count = 1
    for size in sizes {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: size)
      count = isTooLarge || size < 1 ? -1 : product
      if count < 0 { break }
    }
    guard count == numbers.count, !sizes.isEmpty else {
      throw ModelError(
        path, "has \(numbers.count) numbers for '\(name)', whose sizes are \(sizes): it is damaged")
    }
    guard numbers.allSatisfy(\.isFinite) else {
      throw ModelError(path, "has NaN or infinity in '\(name)': its training diverged")
    }
    return Tensor(Shape(sizes), numbers)
  }

  /// The network, the channels of its images, and its weights by their names here; grey values were divided by `divisor`.
  /// - Throws: `ModelError`.
  func network(dividedBy divisor: Double) throws -> (UNet, channels: Int, NamedTensors) {
    var (weights, used) = (NamedTensors(), Set<String>())
    func add(_ name: String, _ level: Int, _ part: Part, dividedBy divisor: Double = 1) throws -> Shape {
      let layer = try layer(level, part)
      used.insert(layer)
      var (filter, bias) = try parameters(layer)
      if divisor != 1 { filter = Tensor(filter.shape, filter.elements.map { Float(Double($0) / divisor) }) }
      guard filter.elements.allSatisfy(\.isFinite) else {
        throw ModelError(path, "gives '\(name)' numbers beyond Float32 by the divisor \(divisor)")
      }
      weights.add("\(name).weight", filter.shape) { [filter] in try $0(filter.elements) }
      weights.add("\(name).bias", bias.shape) { [bias] in try $0(bias.elements) }
      return filter.shape
    }
    let first = try add("encoder.0.conv1", 0, .encoder(1), dividedBy: divisor)
    _ = try add("encoder.0.conv2", 0, .encoder(2))
    for level in 1..<levels {
      for number in 1...2 { _ = try add("encoder.\(level).conv\(number)", level, .encoder(number)) }
    }
    var last = first
    for level in 0..<levels - 1 {
      let up = try add("decoder.\(level).up", level, .up)
      if level == 0 { last = up }
      for number in 1...2 { _ = try add("decoder.\(level).conv\(number)", level, .decoder(number)) }
    }
    let head = try add("head", 0, .head)
    guard head[0] >= 2 else {
      throw ModelError(
        path, "gives \(head[0]) score for each pixel: networks of two and more classes can be imported")
    }
    // A layer that has weights and is not asked for has a part in the results.
    if let odd = layers.filter({ !$1.isEmpty && !used.contains($0) }).keys.min() {
      throw ModelError(
        path,
        "has '\(odd)' beside the layers that the authors' network has: such a network cannot be imported")
    }
    let isRelease = last[1] == 2 * first[0]
    // Layers without parameters are in the file, too.
    let network = UNet(
      variant: isRelease ? .release : .paper, levels: levels, width: first[0], classes: head[0],
      upReLU: layers["relu_u0a"] != nil)
    return (network, first[1], weights)
  }
}
