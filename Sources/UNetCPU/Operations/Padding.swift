import UNetGraph
import UNetRuntime

// A border of zeros, around what a padded convolution reads, and its gradient.

extension CPUBackend {
  /// `y [N, H+2·border, W+2·border, C]`: the first C channels of `x [N, H, W, ..]` inside a border of zeros, or of its
  /// centre.
  func pad(_ op: Padding, _ bound: Binding) -> Launch {
    copied(bound(op.x), gate: nil, into: bound(op.y), border: op.border)
  }
}
