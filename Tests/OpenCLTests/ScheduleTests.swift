import Testing
import UNetOpenCL

@Test func aWordChoosesTheSchedule() throws {
  for name in KernelSchedule.Name.allCases { #expect(try KernelSchedule.Name(word: name.rawValue) == name) }
}

@Test func aCPUWorksByVectorsAndAnythingElseByTiles() throws {
  for device in DeviceDescription.all() {
    #expect(KernelSchedule(for: device).name == (device.kind == .cpu ? .vector : .tile))
  }
}

@Test func anUnknownScheduleNamesThoseThereAre() throws {
  let error = try #require(throws: UnknownSchedule.self) {
    try KernelSchedule.Name(word: "tiles")
  }
  #expect(error.description == "there is no schedule 'tiles'; give vector or tile")
}

/// OpenCL 1.2 promises 32 KiB of local memory; 256 items are usual.
@Test func theUsualTileAndManyOthersFitTheUsualLimits() {
  let limits = DeviceLimits(localBytes: 32 << 10, items: 256)
  let allowed = GroupTile.allowed(on: limits)
  #expect(Set(allowed).count == allowed.count && allowed.count > 20)
  #expect(allowed.allSatisfy { $0.items <= 256 && $0.localBytes <= 32 << 10 && $0.items >= $0.depth })
  #expect(allowed.contains(TileSchedule(for: limits).product))
  #expect(TileSchedule(for: limits).product.results == 128 * 64)
}

@Test func aCPUsSumsFitItsRegisters() {
  let floats = [4: 6, 8: 6, 16: 24]
  for (native, sums) in floats {
    let limits = DeviceLimits(localBytes: 32 << 10, items: 4096, nativeFloats: native)
    guard case .vector(let schedule) = KernelSchedule(kind: .cpu, limits: limits) else {
      Issue.record("a CPU works by vectors")
      continue
    }
    #expect(schedule.sums == sums)
    #expect(VectorSchedule.allowedSums.contains(schedule.sums))
    #expect(VectorSchedule.allowedGroups.contains(schedule.group))
  }
}

@Test func anItemWithFewRegistersGetsFewerResults() {
  let few = TileSchedule(for: .init(localBytes: 32 << 10, items: 256, itemResults: 32))
  for tile in [few.product, few.gradient] { #expect(tile.itemRows * tile.itemColumns == 32) }
  #expect(few.product.results == 128 * 64)
}

@Test func aSmallDeviceGetsASmallerTile() {
  for limits in [DeviceLimits(localBytes: 32 << 10, items: 64), .init(localBytes: 4 << 10, items: 16)] {
    let schedule = TileSchedule(for: limits)
    #expect(schedule.product.fits(limits) && schedule.gradient.fits(limits))
  }
}
