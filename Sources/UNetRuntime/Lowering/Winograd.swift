import CUNetGeometry

extension UNetWinogradTiles {
  /// For the results `y` of `images` images, all in one strip.
  package init(images: Int, _ y: UNetPicture) {
    self.init(rows: (y.height + 3) / 4, columns: (y.width + 3) / 4, count: 0, strips: 1)
    count = images * rows * columns
  }

  /// The same in strips of at most `length` tiles, as many for each of `workers` as for the others.
  package func inStrips(of length: Int, workers: Int = 1) -> UNetWinogradTiles {
    var tiles = self
    tiles.strips = min(count, ((count + length - 1) / length + workers - 1) / workers * workers)
    return tiles
  }

  /// The parts of the tiles that are work of their own for each of `panels` panels of filters: those with which `workers`
  /// are done first, as every part transforms its panel's filters anew.
  package func parts(panels: Int, workers: Int) -> Int {
    func time(_ parts: Int) -> Int {
      (panels * parts + workers - 1) / workers
        * (Winograd.tilesForFilters + (count + parts - 1) / parts)
    }
    return (1...max(1, count / Winograd.tilesForFilters)).min { time($0) < time($1) } ?? 1
  }

  /// The most tiles in a strip.
  package var longest: Int { (count + strips - 1) / strips }

  /// The tiles of a strip.
  package func strip(_ i: Int) -> Range<Int> { i * count / strips..<(i + 1) * count / strips }
}

/// What Winograd's transforms need, whoever runs them.
package enum Winograd {
  /// The elements of a transformed tile or filter.
  package static let places = 36

  /// A panel's filters are transformed in about the time in which so many tiles are multiplied by them, measured on
  /// processors with AVX2 and with AVX-512.
  fileprivate static let tilesForFilters = 6

  /// Room for the transforms of so many tiles, or filters, with a line between places.
  package static func floats(tiles: Int, channels: Int) -> Int { places * (tiles * channels + 16) }

  /// Channels or filters of a gradient that are worked on at a time: a part of `channels`, a multiple of 16 where they
  /// are one, at most `most`.
  package static func group(of channels: Int, atMost most: Int) -> Int {
    16 * ((1...most / 16).last { (channels / 16).isMultiple(of: $0) } ?? 1)
  }
}

/// The sums that one worker keeps in registers: `blocks` of 16 channels times `pixels`.
package struct RegisterTile {
  /// Blocks of 16 channels, a panel, and pixels.
  package let blocks: Int, pixels: Int

  /// The tile for this many output channels and pixels of a row, of at most `sums` times 16 numbers.
  ///
  /// With many channels four blocks, so that each pixel read serves 64 sums; a tail of channels is left to one block.
  package init(channels: Int, columns: Int = 12, sums: Int) {
    blocks = [4, 2].first { channels.isMultiple(of: 16 * $0) && 4 * $0 <= sums } ?? 1
    pixels = min(columns, sums / blocks, 12)
  }

  /// Channels of a panel.
  package var lanes: Int { 16 * blocks }
}
