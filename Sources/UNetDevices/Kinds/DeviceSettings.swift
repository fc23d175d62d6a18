/// How devices are used.  Nothing set is the fastest that a device does; then no file is read, and none is kept.
///
/// Where a driver has no cache of its own, compiling the kernels takes each process some seconds.  A folder for
/// `kernelCache` spares them from the second time on.
public struct DeviceSettings: Hashable, Sendable {
  /// The CPU backend's instruction set: `avx512`, `avx2` or `baseline`; nil: the fastest of the processor.
  public var instructionSet: String?
  /// How OpenCL devices divide their work: `vector` or `tile`; nil: as suits the kind of device.
  public var schedule: String?
  /// A folder with OpenCL C to compile in place of that in the binary.
  public var kernelSources: String?
  /// A folder for compiled kernels, made where it is missing; nil: none are kept.
  public var kernelCache: String?
  /// A folder with what `unet tune` found; nil: the schedules as they are.
  public var tunings: String?
  /// Where the OpenCL loader was told to look for drivers, to say which of them it cannot load; nil: where it usually does.
  public var drivers: String?

  /// Nothing is set but this.
  public init(
    instructionSet: String? = nil, schedule: String? = nil, kernelSources: String? = nil,
    kernelCache: String? = nil, tunings: String? = nil, drivers: String? = nil
  ) {
    (self.instructionSet, self.schedule, self.kernelSources) = (instructionSet, schedule, kernelSources)
    (self.kernelCache, self.tunings, self.drivers) = (kernelCache, tunings, drivers)
  }
}
