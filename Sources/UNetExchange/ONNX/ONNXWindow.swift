import UNetData
import UNetImages
import UNetMessages
import UNetNetworks
import UNetNumerics
import UNetPrediction

/// What lies around a network in an ONNX model: the image, mirrored beyond its borders to a side that fits, and the part of the
/// result that is the image's.
///
/// It is one tile over the whole image, which pools the same blocks of pixels as `unet segment`'s tiles (`Tiler`).
struct ONNXWindow {
  /// Pixels that the network reads before the first that it segments.
  let margin: Int
  /// Pixels of its result before that.
  private let inset: Int
  /// Sides that fit are so many pixels apart, and the remainder of each.
  private let step: Int, remainder: Int
  private var height = "", width = ""

  init(_ network: Network, _ traced: TracedNetwork) {
    let side = traced.input.shape[1]
    inset = network.margin
    let output = (traced.logits.shape[1] - 2 * (network.margin / network.stride)) * network.stride
    margin = (side - output) / 2
    step = network.grid
    remainder = side % network.grid
  }

  /// The network's input.
  mutating func mirrored(_ image: String, in nodes: inout ONNXNodes) -> String {
    let shape = nodes.add("Shape", [ONNXModel.input], name: "size")
    height = nodes.add("Gather", [shape, nodes.scalar(2)], name: "height")
    width = nodes.add("Gather", [shape, nodes.scalar(3)], name: "width")
    let rows = nodes.add("Gather", [image, places(height, "rows", in: &nodes)], [.int("axis", 2)])
    return nodes.add(
      "Gather", [rows, places(width, "columns", in: &nodes)], name: "mirrored", [.int("axis", 3)])
  }

  /// Which rows or columns of the image are read one after the other.
  private func places(_ length: String, _ name: String, in nodes: inout ONNXNodes) -> String {
    let (one, wanted) = (nodes.scalar(1), nodes.add("Add", [length, nodes.scalar(2 * margin)]))
    // To the next side that fits.
    let lacking = nodes.add(
      "Mod", [nodes.add("Sub", [nodes.scalar(remainder), wanted]), nodes.scalar(step)])
    let end = nodes.add("Sub", [nodes.add("Add", [wanted, lacking]), nodes.scalar(margin)])
    let range = nodes.add("Range", [nodes.scalar(-margin), end, one])
    // 0 1 2 3 2 1 | 0 1 2 ...
    let last = nodes.add("Sub", [length, one])
    let period = nodes.add("Max", [nodes.add("Mul", [last, nodes.scalar(2)]), one])
    let phase = nodes.add("Sub", [nodes.add("Mod", [range, period]), last])
    return nodes.add("Sub", [last, nodes.add("Abs", [phase])], name: name)
  }

  /// The part of the network's result that is the image's, under the name `name`.
  func crop(_ result: String, to name: String, in nodes: inout ONNXNodes) {
    let lengths = [height, width].map { length -> String in
      let end = nodes.add("Add", [length, nodes.scalar(inset)])
      return nodes.add("Unsqueeze", [end, nodes.list([0])])
    }
    let ends = nodes.add("Concat", lengths, [.int("axis", 0)])
    _ = nodes.add(
      "Slice", [result, nodes.list([inset, inset]), ends, nodes.list([2, 3])], name: name)
  }
}

extension ONNXNodes {
  /// The image's grey values, normalised as a model's are.
  mutating func normalised(_ image: String, _ normalisation: Normalisation) -> String {
    switch normalisation {
    case .none: return image
    case .meanDeviation:
      let rough = add("Sub", [image, mean(image)])
      // The sum of many numbers is rounded; what is left of their mean is taken away too.
      let centred = add("Sub", [rough, mean(rough)])
      let deviation = add("Sqrt", [mean(add("Mul", [centred, centred]))])
      return add("Div", [centred, orOne(deviation)], name: "normalised")
    case .percentile:
      let values = add("Reshape", [image, list([0, -1])])
      let count = add("Gather", [add("Shape", [values]), list([1])])
      let sorted = add(
        "TopK", [values, count], results: [fresh("sorted"), fresh("places")],
        [.int("axis", 1), .int("largest", 0), .int("sorted", 1)])[0]
      let last = add("Sub", [count, list([1])])
      let (low, high) = (quantile(0.01, of: sorted, last: last), quantile(0.99, of: sorted, last: last))
      let range = add("Sub", [high, low])
      return add("Div", [add("Sub", [image, low]), orOne(range)], name: "normalised")
    }
  }

  /// Of each image, over channels, rows and columns, one axis after the other: a Float32 that counts all pixels of an image
  /// together loses the last two of its digits.
  private mutating func mean(_ x: String) -> String {
    [3, 2, 1].reduce(x) { add("ReduceMean", [$0], [.ints("axes", [$1]), .int("keepdims", 1)]) }
  }

  /// 1 in place of 0: an image of one value becomes zeros.
  private mutating func orOne(_ x: String) -> String {
    let positive = add("Greater", [x, scalar(Float(0))])
    return add("Where", [positive, x, scalar(Float(1))])
  }

  /// Between the two nearest ranks, linearly: `[N, 1, 1, 1]`.
  private mutating func quantile(_ share: Float, of sorted: String, last: String) -> String {
    let rank = add("Mul", [add("Cast", [last], [.int("to", 1)]), scalar(share)])
    let below = add("Floor", [rank])
    let first = add("Cast", [below], [.int("to", 7)])
    let second = add("Min", [add("Add", [first, list([1])]), last])
    let (a, b) = (
      add("Gather", [sorted, first], [.int("axis", 1)]), add("Gather", [sorted, second], [.int("axis", 1)])
    )
    let part = add("Mul", [add("Sub", [b, a]), add("Sub", [rank, below])])
    return add("Unsqueeze", [add("Add", [a, part]), list([2, 3])])
  }
}
