import UNetFiles
import UNetNumerics

/// One picture as a file holds it: grey or colour values, `[H, W, C]`, channels interleaved.
public struct Image: Sendable, Equatable {
  /// How a file stores a value.
  public enum Format: Sendable {
    /// Whole numbers 0...255.
    case uint8
    /// Whole numbers 0...65535.
    case uint16
    /// Single precision, any finite value.
    case float32
  }

  /// The number of rows.
  public let height: Int
  /// The number of columns.
  public let width: Int
  /// The number of values of a pixel: 1 grey, 3 colour; an alpha channel is never among them.
  public let channels: Int
  /// How the file stores the values, and how they are written.
  public let format: Format
  /// Raw grey values, `[H, W, C]`: 0...255, 0...65535, or floats as they are.
  public package(set) var pixels: [Float]

  /// A picture of these values, `shape` being `[H, W]` or `[H, W, C]`.
  /// - Throws: `ShapeError` where `shape` is another, or counts another number of values.
  public init(shape: Shape, format: Format, pixels: [Float]) throws(ShapeError) {
    guard (2...3).contains(shape.extents.count) else {
      throw ShapeError(operation: "an image", shape: shape, requirement: "give [H, W] or [H, W, C]")
    }
    let values = try Tensor(shape: shape, elements: pixels)
    let channels = shape.extents.count == 3 ? shape[2] : 1
    self.init(height: shape[0], width: shape[1], channels: channels, format: format, pixels: values.elements)
  }

  /// A picture of `height * width * channels` values.
  package init(height: Int, width: Int, channels: Int = 1, format: Format, pixels: [Float]) {
    precondition(pixels.count == height * width * channels, "\(pixels.count) values for a picture")
    (self.height, self.width, self.channels) = (height, width, channels)
    (self.format, self.pixels) = (format, pixels)
  }

  /// The first channel: the whole picture where it `hasEqualChannels`.
  package func grey() -> Image {
    guard channels > 1 else { return self }
    return Image(
      height: height, width: width, format: format,
      pixels: stride(from: 0, to: pixels.count, by: channels).map { pixels[$0] })
  }

  /// Height × width, and × channels where there are several, such as `512×512`.
  package var size: String { channels == 1 ? "\(height)×\(width)" : "\(height)×\(width)×\(channels)" }
}

/// An image, a label file or a pair of them that cannot be used.
public struct DataError: MendedByChoice, Equatable, CustomStringConvertible {
  /// The file, or the files, at fault.
  public let file: String
  /// What is wrong with it and the remedy; a sentence that goes on from the file's name.
  public let problem: String

  /// What may be chosen otherwise to mend it.
  package let choices: [String]

  /// An error of `file`.
  package init(_ file: String, _ problem: String, choices: [String] = []) {
    (self.file, self.problem, self.choices) = (file, problem, choices)
  }

  /// One line.
  public var description: String { "\(file) \(problem)" }
}
