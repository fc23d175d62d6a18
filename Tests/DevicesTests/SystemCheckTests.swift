import Foundation
import Testing
import UNetDevices
import UNetTestSupport

/// What `unet doctor` finds on machines that are made of files.
@Suite struct SystemCheckTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("MemTotal:       16000000 kB\nMemAvailable:    9000000 kB\n", "proc/meminfo")
  }

  private func card(_ vendor: String, class type: String = "0x030000") throws {
    try folder.write("\(vendor)\n", "sys/bus/pci/devices/0000:01:00.0/vendor")
    try folder.write("\(type)\n", "sys/bus/pci/devices/0000:01:00.0/class")
  }

  private func lines(_ folders: [(use: String, path: String)] = []) throws -> [String] {
    try SystemCheck(DeviceRegistry([CPUDevices()]), folders: folders, root: folder.path).findings.map {
      "\($0.state.rawValue) \($0.text)"
    }
  }

  @Test func aCardWithoutItsFilesIsNotPassedThrough() throws {
    try card("0x10de")
    #expect(
      try lines().contains {
        $0.hasPrefix("fix NVIDIA graphics at 0000:01:00.0: there is no /dev/nvidiactl and no ")
      })
  }

  @Test(arguments: [
    (
      "0x10de", "dev/nvidia0",
      "fix NVIDIA graphics at 0000:01:00.0: no OpenCL driver offers it: install nvidia-opencl-icd"
    ),
    (
      "0x1002", "dev/dri/renderD128",
      "fix AMD graphics at 0000:01:00.0: no OpenCL driver offers it: install mesa-opencl-icd"
    ),
    (
      "0x8086", "dev/dri/renderD129",
      "note Intel graphics at 0000:01:00.0: no OpenCL driver offers it: install intel-opencl-icd"
    ),
  ])
  func aCardThatNoDriverOffersIsToldWithWhatToInstall(vendor: String, file: String, says: String) throws {
    try card(vendor)
    try folder.write("", file)
    let found = try lines()
    #expect(found.contains { $0.hasPrefix(says) }, "\(found)")
  }

  @Test func whatIsNoCardIsNotMentioned() throws {
    try card("0x10de", class: "0x020000")
    #expect(try !lines().contains { $0.contains("NVIDIA") })
  }

  @Test func memoryProcessorsAndFoldersAreTold() throws {
    try folder.write("a file", "taken")
    let lines = try lines([("runs", folder("runs/a")), ("cache", folder("taken/kernels"))])
    #expect(lines.contains("ok memory 15.3 GiB, 8.6 GiB of it free"), "\(lines)")
    #expect(
      lines.contains { $0.hasPrefix("ok cpu: CPU") }
        && lines.contains { $0.hasSuffix(" processors") || $0.contains("processors are") })
    #expect(lines.contains { $0.hasPrefix("ok runs (\(folder("runs/a"))) can be written to, ") })
    #expect(lines.contains { $0.hasPrefix("fix cache (") && $0.contains("taken is no folder") })
  }
}
