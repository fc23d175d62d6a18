import Foundation
import Testing
import UNetOpenCL

private let limits = DeviceLimits(localBytes: 32 << 10, items: 256)

@Test func everyParameterBelongsToOneSchedule() {
  let names = KernelSchedule.Name.allCases.flatMap(ScheduleParameter.all)
  #expect(Set(names) == Set(ScheduleParameter.allCases) && names.count == ScheduleParameter.allCases.count)
}

@Test(arguments: KernelSchedule.Name.allCases)
func candidatesAreOthersThatTheDeviceHolds(name: KernelSchedule.Name) {
  let start = KernelSchedule(name, kind: .gpu, limits: limits)
  for parameter in ScheduleParameter.allCases {
    let candidates = parameter.candidates(besides: start, on: limits)
    #expect(candidates.isEmpty == (parameter.schedule != name))
    #expect(Set(candidates).count == candidates.count && !candidates.contains(start))
    #expect(candidates.allSatisfy { $0.name == name && $0.fits(limits) })
  }
}

@Test func aTileBeyondTheLimitsIsNoCandidate() {
  let start = KernelSchedule(.tile, kind: .gpu, limits: limits)
  let small = DeviceLimits(localBytes: 14_000, items: 128)
  let all = ScheduleParameter.productRows.candidates(besides: start, on: limits)
  let few = ScheduleParameter.productRows.candidates(besides: start, on: small)
  #expect(all.count == 2 && few.count == 1)
}

@Test(arguments: KernelSchedule.Name.allCases)
func aScheduleComesBackFromJSON(name: KernelSchedule.Name) throws {
  let schedule = KernelSchedule(name, kind: .gpu, limits: limits)
  let data = try JSONEncoder().encode(schedule)
  #expect(String(decoding: data, as: UTF8.self).hasPrefix("{\"\(name.rawValue)\":{"))
  #expect(try JSONDecoder().decode(KernelSchedule.self, from: data) == schedule)
}
