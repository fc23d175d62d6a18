/// The overlap-tile strategy of figure 2: a large image is segmented in tiles that need more input than they give
/// output, the missing input extrapolated by mirroring.
///
/// Tiles start at multiples of the network's grid, 2^(levels-1) pixels for a U-Net, so that every tile pools the same
/// blocks of pixels as one tile over the whole image would: by direct convolutions it gives the same bits, by Winograd's
/// algorithm the same but for the last bits (Documentation/numerics.md).
package struct Tiler: Sendable, Equatable {
  /// Sides of the square that the network reads, and of the one that it segments.
  package let input: Int, output: Int
  /// What tiles start at multiples of, in pixels.
  package let grid: Int

  /// Tiles of `input`² pixels that give `output`², at multiples of `grid`; `output >= grid`.
  package init(input: Int, output: Int, grid: Int) {
    (self.input, self.output, self.grid) = (input, output, grid)
  }

  /// The pixels on each side that a tile reads and does not segment.
  package var margin: Int { (input - output) / 2 }

  /// Where the segmented squares start, so that together they cover `length` pixels of one axis.  The last one may
  /// reach beyond the image.
  package func starts(covering length: Int) -> [Int] {
    guard length > output else { return [0] }
    let stride = output / grid * grid
    let last = (length - output + grid - 1) / grid * grid
    return Array(Swift.stride(from: 0, to: last, by: stride)) + [last]
  }
  /// Where a tile starts, and the pixels of one axis that it answers for.
  package struct Share: Sendable, Equatable {
    package let start: Int
    package let pixels: Range<Int>
  }

  /// The tiles of `length` pixels that have a part in `range`, each with it.  Where two tiles overlap, the later one counts.
  package func shares(of length: Int, in range: Range<Int>) -> [Share] {
    let starts = starts(covering: length)
    return starts.indices.compactMap { number in
      let own = starts[number]..<(number + 1 < starts.count ? starts[number + 1] : length)
      let pixels = own.clamped(to: range)
      return pixels.isEmpty ? nil : Share(start: starts[number], pixels: pixels)
    }
  }
}
