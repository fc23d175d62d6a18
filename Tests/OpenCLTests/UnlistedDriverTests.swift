import Foundation
import Testing
import UNetOpenCL
import UNetTestSupport

/// A driver that no file names to the OpenCL loader.
@Suite struct UnlistedDriverTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func listed(_ name: String) throws -> String { try folder.text("own/\(name)") }
  private var own: [String] { folder.files.filter { $0.hasPrefix("own/") } }

  @Test func itIsListedBesideTheOthers() throws {
    try folder.write("libpocl.so.2\n", "vendors/pocl.icd")
    try folder.write("no driver\n", "vendors/README")
    #expect(UnlistedDriver.list("libnvidia-opencl.so.1", in: folder("own"), beside: folder("vendors")))
    #expect(try listed("pocl.icd") == "libpocl.so.2\n" && listed("nvidia.icd") == "libnvidia-opencl.so.1\n")

    // What has gone from there goes from here.
    try folder.write("libintel.so\n", "vendors/intel.icd")
    try FileManager.default.removeItem(atPath: folder("vendors/pocl.icd"))
    #expect(UnlistedDriver.list("/opt/libnvidia-opencl.so.1", in: folder("own"), beside: folder("vendors")))
    #expect(own == ["own/intel.icd", "own/nvidia.icd"])
    #expect(try listed("nvidia.icd") == "/opt/libnvidia-opencl.so.1\n")
  }

  @Test func whereItIsListedOrTheFolderCannotBeMadeNothingChanges() throws {
    try folder.write("/usr/lib/libnvidia-opencl.so.1\n", "vendors/10_card.icd")
    #expect(!UnlistedDriver.list("libnvidia-opencl.so.1", in: folder("own"), beside: folder("vendors")))
    try folder.write("a file", "taken")
    #expect(!UnlistedDriver.list("libnvidia-opencl.so.1", in: folder("taken/own"), beside: folder("missing")))
    #expect(UnlistedDriver.list("libnvidia-opencl.so.1", in: folder("own"), beside: folder("missing")))
    #expect(own == ["own/nvidia.icd"])
  }
}
