/// The value that `share`, from 0 to 1, of the ascending values lie below: linear between the two nearest ranks.
///
/// In double precision; NaN without any value.
package func quantile<Value: BinaryFloatingPoint>(_ share: Double, of sorted: [Value]) -> Double {
  guard let last = sorted.indices.last else { return .nan }
  let rank = share * Double(last)
  let below = Int(rank)
  let (low, high) = (Double(sorted[below]), Double(sorted[min(below + 1, last)]))
  return low + (rank - Double(below)) * (high - low)
}
