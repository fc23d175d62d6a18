import CUNetGeometry
import UNetRuntime

// Gradients of filters by weight_gradient.cl.

extension OpenCLBackend {
  /// Blocks of the gradient of filters into `parts`.
  func vectorGradient(
    _ shape: UNetFilterGradient, _ buffers: GradientOperands, _ parts: any KernelArgument,
    _ schedule: VectorSchedule
  ) throws -> Launch {
    let shifts = schedule.sums >= 24 ? shape.shifts : 1
    let (own, second) = (shape.from.channels, shape.from.skipChannels)
    let channels = min(own, second > 0 ? second : own, schedule.sums / shifts)
    let panels = (shape.K + 15) / 16
    return try kernel(
      "weight_gradient", ["TS": shifts, "TC": channels, "TAIL": shape.K.isMultiple(of: 16) ? 0 : 1]
    )
    .bind(buffers.x, buffers.skip ?? buffers.x, buffers.g, parts, shape, panels)
    .over(
      (own + channels - 1) / channels + (second + channels - 1) / channels,
      shape.R * shape.S / shifts * panels, shape.blocks)
  }
}
