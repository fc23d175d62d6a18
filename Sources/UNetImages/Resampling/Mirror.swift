/// The pixel of `0..<length` that stands at `i` when the image is mirrored at its borders without repeating the edge
/// pixel, as often as needed: … 2 1 | 0 1 2 … n-1 | n-2 n-3 … (section 2, overlap-tile).
package func mirrored(_ i: Int, _ length: Int) -> Int {
  guard length > 1 else { return 0 }
  let period = 2 * (length - 1)
  let phase = i % period
  let positive = phase < 0 ? phase + period : phase
  return positive < length ? positive : period - positive
}
