/// Whether a pixel with this probability of foreground is foreground: where that, as a double, is greater than `threshold`.
@inlinable
package func isForeground(_ probability: Float, above threshold: Double) -> Bool {
  Double(probability) > threshold
}

/// The class of the greatest probability, the first of equals.
@inlinable
package func mostProbable(of classes: Int, _ probability: (Int) -> Float) -> Int {
  var best = 0
  for number in 1..<classes where probability(number) > probability(best) { best = number }
  return best
}
