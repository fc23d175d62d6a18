import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Images of bright discs on a dark ground with their labels in a folder, to be trained on for a moment.
struct DiscScene {
  let folder: TemporaryFolder
  static let side = 96

  init() throws { folder = try TemporaryFolder() }

  /// The disc of each pixel, 1 to 9, 0 outside; `shift` moves them.
  static func discs(shift: Int = 0) -> [Int] {
    (0..<side * side).map { at in
      let (y, x) = (at / side, (at % side + shift) % side)
      let (dy, dx) = (y % 32 - 16, x % 32 - 16)
      return dy * dy + dx * dx <= 110 ? 3 * (y / 32) + x / 32 + 1 : 0
    }
  }

  /// The picture of the discs, with some noise.
  static func image(shift: Int = 0, channels: Int = 1, seed: UInt64 = 1) -> Image {
    let grain = noise(side, side, seed: seed).pixels
    let grey = zip(discs(shift: shift), grain).map { ($0 == 0 ? 40 : 170) + ($1 / 12).rounded() }
    return Image(
      height: side, width: side, channels: channels, format: .uint8,
      pixels: grey.flatMap { value in (0..<channels).map { _ in value } })
  }

  /// Labels of the discs: each its number, or what `value` makes of it.
  static func labels(
    shift: Int = 0, _ format: Image.Format = .uint16, _ value: (Int) -> Int = { $0 }
  ) -> Image {
    let numbers = discs(shift: shift).map { Float(value($0)) }
    return Image(height: side, width: side, format: format, pixels: numbers)
  }

  /// Images and labels under these names, each pair with discs of its own.
  func write(_ images: [String], _ labels: [String]) throws {
    for (number, name) in images.enumerated() {
      try folder.write([Self.image(shift: 5 * number)], "images/\(name)")
    }
    for (number, name) in labels.enumerated() {
      try folder.write([Self.labels(shift: 5 * number)], "labels/\(name)")
    }
  }

  /// A training of `steps` steps on images and labels of these names; `network` and `more` are further keys.
  func train(
    images: String = "images", labels: String = "labels", kind: String = "instances",
    holdOut: String = "none",
    network: String = "", steps: Int = 3, _ arguments: String...
  ) throws -> UnetCommand.Outcome {
    try folder.write(
      """
      name: case
      data: {images: '\(images)', labels: '\(labels)', kind: \(kind), hold-out: \(holdOut)}
      network: {levels: 2, width: 4\(network)}
      training: {tile: 60, steps: \(steps), rate: 0.02, momentum: 0.9}
      device: cpu

      """, "e.yaml")
    return try UnetCommand.run(
      ["train", folder("e.yaml"), "--output", folder("run"), "--overwrite"] + arguments)
  }

  /// The figures of `unet evaluate --json`.
  static func figures(_ outcome: UnetCommand.Outcome) throws -> [String: Double] {
    try #require(outcome.status == 0, "\(outcome.messages)")
    let found = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    return try #require(found).compactMapValues { $0 as? Double }
  }

  /// What a training notes, without the folder, and without that nothing is held out.
  func notes(_ outcome: UnetCommand.Outcome) -> [String] {
    outcome.messages.split(separator: "\n").filter {
      $0.hasPrefix("note: ") && !$0.contains("nothing is held out")
    }
    .map { $0.dropFirst(6).replacingOccurrences(of: folder.path + "/", with: "") }
  }
}
