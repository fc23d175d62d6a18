import UNetNumerics

// Dropout (section 3.1), which is its own gradient.

extension Graph {
  /// `x` with elements dropped while training; each call draws its own stream.
  public mutating func dropout(_ x: Value, rate: Float) -> Value {
    let y = value(x.shape)
    let key = RandomStream(seed: seed, stream: 0x4000_0000 + UInt32(y.id)).key
    append(.dropout(.init(x: x, control: control, y: y, rate: rate, key: key)))
    return y
  }
}

/// Zeroes each element with probability `rate` and multiplies the others by `scale`; its own gradient.
/// Which ones follows from `key`, the step in `control[0]` and the element's index.
public struct Dropping: OperationBody {
  package let x: Value, control: Value, y: Value
  /// 0 to below 1.
  package let rate: Float
  package let key: UInt32
  package init(x: Value, control: Value, y: Value, rate: Float, key: UInt32) {
    (self.x, self.control, self.y, self.rate, self.key) = (x, control, y, rate, key)
  }

  /// An element stays where its random 32 bits are at least this.
  package var threshold: UInt32 { UInt32(Double(rate) * 4_294_967_296) }
  /// What it is multiplied by, `1 / (1 - rate)`.
  package var scale: Float { Float(1 / (1 - Double(rate))) }

  var reads: [Value] { [x, control] }
  var writes: [Value] { [y] }

  func differentiate(in gradients: inout Gradients) {
    guard let dy = gradients.whole(y), gradients.needs(x) else { return }
    let dx = gradients.value(x.shape)
    gradients.append(.dropout(.init(x: dy, control: control, y: dx, rate: rate, key: key)))
    gradients.know(dx, of: x)
  }
}
