import Testing
import UNetCPU
import UNetGraph
import UNetOpenCL
import UNetRuntime
import UNetTestSupport
import UNetVerification

/// Every OpenCL device that the loader finds; a machine without one fails here, it does not skip.
private func devices() throws -> [Device] {
  let all = DeviceDescription.all()
  try #require(!all.isEmpty, "no OpenCL driver: apt-get install pocl-opencl-icd")
  return try all.map { try Device.open($0.index) }
}

/// Every operation, at shapes that divide evenly into blocks and shapes that do not, gives the same bits by every
/// schedule.
@Test(arguments: ParityCases.all)
func openCLEqualsCPU(operation: Operation) throws {
  for device in try devices() {
    for name in KernelSchedule.Name.allCases {
      let backend = OpenCLBackend(device, KernelSchedule(name, for: device.description))
      let bits = try Parity(CPUBackend(), backend).bits(of: operation)
      #expect(bits == 0, "\(device.description.name), \(name): \(operation)")
    }
  }
}

/// Tiles, of Winograd's algorithm, that pass through scratch in several parts.
@Test func winogradInPartsGivesTheSameBits() throws {
  let operations = ParityCases.all.filter { $0.algorithm == .winograd }
  try #require(Set(operations.map(\.name)).count == 3)
  for device in try devices() {
    var schedule = TileSchedule(for: device.description.limits)
    schedule.transformFloats = 1
    let backend = OpenCLBackend(device, .tile(schedule))
    for operation in operations {
      let bits = try Parity(CPUBackend(), backend).bits(of: operation)
      #expect(bits == 0, "\(device.description.name): \(operation)")
    }
  }
}

/// The tiles of a card of 132 cores, which are smaller than those of few cores, and those that no number of cores makes
/// smaller.
@Test(arguments: [132, 0]) func tilesOfALargeCardGiveTheSameBits(cores: Int) throws {
  let operations = ParityCases.handful { $0.name.lowercased().contains("conv") }
  try #require(Set(operations.map(\.name)).count >= 6)
  for device in try devices() {
    let backend = OpenCLBackend(device, KernelSchedule(.tile, for: device.description), cores: cores)
    for operation in operations {
      let bits = try Parity(CPUBackend(), backend).bits(of: operation)
      #expect(bits == 0, "\(device.description.name): \(operation)")
    }
  }
}

/// Tiles that hold each value worth trying, on sums that end within a stage and results that end within a tile.
@Test(arguments: [
  GroupTile(rows: 64, columns: 128, itemRows: 8, itemColumns: 8, depth: 16),
  GroupTile(rows: 128, columns: 64, itemRows: 4, itemColumns: 8, depth: 8),
  GroupTile(rows: 64, columns: 64, itemRows: 8, itemColumns: 4, depth: 16),
  GroupTile(rows: 256, columns: 64, itemRows: 4, itemColumns: 4, depth: 8),
])
func everyTileGivesTheSameBits(tile: GroupTile) throws {
  let operations = ParityCases.all.filter { operation in
    ["3×3×32×128", "2×2×32×64"].contains { operation.description.contains($0) }
  }
  try #require(Set(operations.map(\.name)).count == 6)
  for device in try devices() where tile.fits(device.description.limits) {
    let backend = OpenCLBackend(device, .tile(TileSchedule(product: tile, gradient: tile)))
    for operation in operations {
      let bits = try Parity(CPUBackend(), backend).bits(of: operation)
      #expect(bits == 0, "\(device.description.name): \(operation)")
    }
  }
}

@Test func parityCasesHoldEveryOperation() {
  #expect(Set(ParityCases.all.map(\.kind)) == Set(Operation.Kind.allCases))
}

/// Twenty training steps of each network agree operation by operation, on every device by every schedule, and come to
/// the same weights.
@Test(arguments: ParityCases.trainings.indices)
func trainingEqualsCPU(training: Int) throws {
  var digests: Set<String> = []
  for device in try devices() {
    for name in KernelSchedule.Name.allCases {
      let backend = OpenCLBackend(device, KernelSchedule(name, for: device.description))
      digests.insert(try Parity(CPUBackend(), backend).train(ParityCases.trainings[training]))
    }
  }
  #expect(digests.count == 1)
}

/// What shares memory with others and what has a buffer of its own come to the same weights.
@Test(arguments: ParityCases.trainings.indices)
func sharedMemoryChangesNothing(training: Int) throws {
  let training = ParityCases.trainings[training]
  for device in try devices() {
    let apart = try AlteredBackend(CPUBackend(), largestBuffer: 1)
    let digest = try Parity(apart, OpenCLBackend(device)).train(training)
    let shared = try Parity(CPUBackend(), OpenCLBackend(device)).train(training)
    #expect(shared == digest)
  }
}

/// A backend that is wrong in one bit of one element is found, and named.
@Test func aWrongBitIsFound() throws {
  let operation = try #require(ParityCases.all.first { $0.name == "conv" })
  #expect(try Parity(CPUBackend(), AlteredBackend(CPUBackend(), flips: true)).bits(of: operation) == 1)
  #expect(throws: Disagreement.self) {
    try Parity(CPUBackend(), AlteredBackend(CPUBackend(), flips: true)).train(
      ParityCases.trainings[0], steps: 1)
  }
}
