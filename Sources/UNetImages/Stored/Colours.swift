/// What the samples of a page say about grey values and colours.
package enum Colours: Sendable, Equatable {
  /// 0 is black; also channels of no stated colour.
  case grey
  /// 0 is white, as the file says itself.
  case whiteIsZero
  /// The first three channels are red, green and blue.
  case rgb
  /// One channel of numbers in a table of colours.
  case palette(Palette)
}

/// The colours that a page's numbers stand for.
package struct Palette: Sendable, Equatable {
  /// Red, green and blue of each number.
  package let entries: [SIMD3<UInt16>]
  /// Every colour is a grey, so one channel holds them all.
  package let isGrey: Bool

  /// A table of 8-bit colours, or of 16-bit ones.
  package init(_ entries: [SIMD3<UInt16>]) {
    self.entries = entries
    isGrey = entries.allSatisfy { $0.x == $0.y && $0.y == $0.z }
  }

  /// Whether no colour of a number is darker than that of the number before, as in ImageJ's tables Green and Grays.
  var isRising: Bool {
    zip(entries, entries.dropFirst()).allSatisfy { $0.x <= $1.x && $0.y <= $1.y && $0.z <= $1.z }
  }

  /// The values of a number: 1 grey or 3 of colour.
  package var channels: Int { isGrey ? 1 : 3 }

  /// How `Image` stores the colours.
  var format: Image.Format {
    entries.allSatisfy { $0.max() <= 255 } ? .uint8 : .uint16
  }

  /// The values of these numbers, `channels` each; a number without a colour is black.
  func values(_ numbers: some Sequence<Int>) -> [Float] {
    var values: [Float] = []
    for number in numbers {
      let colour = number < entries.count ? entries[number] : SIMD3(repeating: 0)
      values.append(Float(colour.x))
      guard !isGrey else { continue }
      values.append(Float(colour.y))
      values.append(Float(colour.z))
    }
    return values
  }
}

extension Palette {
  /// A table as TIFF stores it, in 16 bits: 8-bit colours c are 257 c, 256 c in some programs, or c in old ones.
  init(stored: [SIMD3<UInt16>]) {
    func all(_ test: (UInt16) -> Bool) -> Bool {
      stored.allSatisfy { test($0.x) && test($0.y) && test($0.z) }
    }
    if all({ $0 % 257 == 0 }) {
      self.init(stored.map { SIMD3($0.x / 257, $0.y / 257, $0.z / 257) })
    } else if all({ $0 % 256 == 0 }) {
      self.init(stored.map { $0 &>> 8 })
    } else {
      self.init(stored)
    }
  }
}
