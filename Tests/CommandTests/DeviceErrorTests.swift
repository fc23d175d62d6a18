import Foundation
import Testing
import UNetTestSupport

/// Devices and kernels that cannot be used.
@Suite struct DeviceErrorTests {
  private static let none = ["OCL_ICD_VENDORS": "/nonexistent/", "OCL_ICD_FILENAMES": ""]

  @Test func withoutAnyDriverOpenCLIsRefusedWithTheRemedy() throws {
    let tiny = try TinyExperiment()
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "opencl", environment: Self.none)
    expectError(outcome, status: 1, naming: "no OpenCL device", "pocl-opencl-icd", "cpu (--device)")
    #expect(!tiny.folder.files.contains { $0.hasPrefix("run/") })
  }

  @Test func withoutAnyDriverTheDefaultIsTheCPUAndSaysSo() throws {
    let trained = try TinyExperiment.trained.get()
    let tiny = try TinyExperiment()
    let outcome = try UnetCommand.run("train", tiny.file, "--output", tiny.run, environment: Self.none)
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.messages.contains("no OpenCL device: running on the CPU backend"))
    let model = try tiny.folder.bytes("run/model.safetensors")
    #expect(model == (try trained.folder.bytes("run/model.safetensors")))
  }

  /// PoCL calls the linker by its name.
  @Test(arguments: ["-i", "PATH=/nonexistent", "PATH="]) func withoutAPathPoCLFindsItsLinker(change: String)
    throws
  {
    let (tiny, cache) = (try TinyExperiment(), try TemporaryFolder())
    let outcome = try UnetCommand.run(
      ["train", tiny.file, "--output", tiny.run, "--device", "opencl"],
      in: "exec /usr/bin/env \(change) POCL_CACHE_DIR='\(cache.path)' \"$@\"")
    #expect(outcome.status == 0 && outcome.state != nil, "\(outcome.messages)")
  }

  @Test func withoutAnyDriverDevicesListsTheCPUAndTheRemedy() throws {
    let outcome = try UnetCommand.run("devices", environment: Self.none)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("* cpu"))
    #expect(outcome.output.contains("apt-get install pocl-opencl-icd"))
  }

  @Test func aDriverThatOffersNoDeviceIsNamedWithWhatItReturned() throws {
    let broken = ["POCL_CACHE_DIR": "/proc/none", "HOME": "/nonexistent"]
    let outcome = try UnetCommand.run("devices", environment: broken)
    for words in ["no OpenCL device: the driver Portable", "(OpenCL error -", "POCL_CACHE_DIR"] {
      #expect(outcome.output.contains(words), "\(outcome.output)")
    }
    #expect(!outcome.output.contains("apt-get"))
  }

  /// As in a container or a batch job, whose home cannot be written to.
  @Test func withoutACacheFolderPoCLIsGivenOneAndThatIsSaid() throws {
    let (tiny, folder) = (try TinyExperiment(), try TemporaryFolder())
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "opencl",
      environment: ["HOME": "/proc", "XDG_CACHE_HOME": "", "TMPDIR": folder.path])
    #expect(outcome.status == 0, "\(outcome.messages)")
    let spare = folder("swift-unet-pocl-\(getuid())")
    #expect(
      outcome.messages.contains(
        "PoCL has no cache folder that it can write to, with 32 MiB of room: it uses \(spare) (POCL_CACHE_DIR names another)\n"
      ),
      "\(outcome.messages)")
    let trained = try TinyExperiment.trained.get()
    #expect(
      try tiny.folder.bytes("run/model.safetensors") == trained.folder.bytes("run/model.safetensors"))
    let mode = try FileManager.default.attributesOfItem(atPath: spare)[.posixPermissions] as? Int
    #expect(mode == 0o700)
  }

  /// It may be there and still take nothing.
  @Test func aCacheFolderThatIsAFileIsReplacedOrNamed() throws {
    let (tiny, folder) = (try TinyExperiment(), try TemporaryFolder())
    try folder.write("", "swift-unet")
    func train(_ environment: [String: String]) throws -> UnetCommand.Outcome {
      try UnetCommand.run(
        ["train", tiny.file, "--output", tiny.run, "--device", "opencl"],
        environment: environment.merging(["TMPDIR": folder.path]) { $1 })
    }
    let replaced = try train(["XDG_CACHE_HOME": folder.path])
    #expect(replaced.status == 0, "\(replaced.messages)")
    #expect(replaced.messages.contains("it uses \(folder("swift-unet-pocl-\(getuid())")) "))
    try FileManager.default.removeItem(atPath: tiny.run)
    let named = try train(["POCL_CACHE_DIR": folder("swift-unet"), "XDG_CACHE_HOME": folder("other")])
    #expect(named.status == 1 && named.errors.count == 1, "\(named.messages)")
    #expect(
      named.errors.first?.contains(
        "PoCL cannot write to \(folder("swift-unet")): name another folder in POCL_CACHE_DIR")
        ?? false, "\(named.messages)")
  }

  /// Programs are loaded from it, so it must be nobody else's.
  @Test func aSpareCacheFolderThatOthersMayWriteToIsNotUsed() throws {
    let folder = try TemporaryFolder()
    let spare = folder("swift-unet-pocl-\(getuid())")
    try FileManager.default.createDirectory(
      atPath: spare, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: spare)
    let outcome = try UnetCommand.run(
      "devices", environment: ["HOME": "/proc", "XDG_CACHE_HOME": "", "TMPDIR": folder.path])
    #expect(outcome.output.contains("it uses \(spare)-"), "\(outcome.output)")
    #expect(outcome.output.contains(" opencl:0"))
  }

  @Test func anEmptyNameOfPoCLsCacheFolderIsNone() throws {
    let outcome = try UnetCommand.run("devices", environment: ["POCL_CACHE_DIR": ""])
    #expect(outcome.status == 0 && outcome.output.contains(" opencl:0"), "\(outcome.messages)")
    #expect(outcome.messages.isEmpty)
  }

  @Test func aDriverThatCannotBeLoadedIsNamedWithTheReason() throws {
    let folder = try TemporaryFolder()
    try folder.write("/nonexistent/libgpu.so.1\n", "gpu.icd")
    let reason = [
      "the driver that \(folder("gpu.icd")) names cannot be loaded (/nonexistent/libgpu.so.1: ",
      "No such file or directory",
    ]
    let devices = try UnetCommand.run("devices", environment: ["OCL_ICD_VENDORS": folder.path + "/"])
    for words in reason { #expect(devices.output.contains(words), "\(devices.output)") }
    #expect(!devices.output.contains("apt-get"))
    let tiny = try TinyExperiment()
    func train(_ device: String) throws -> UnetCommand.Outcome {
      try UnetCommand.run(
        "train", tiny.file, "--output", tiny.run, "--device", device,
        environment: ["OCL_ICD_VENDORS": folder.path + "/"])
    }
    expectError(try train("opencl"), status: 1, naming: ["no OpenCL device (opencl): "] + reason)
    // One that can be loaded and knows no device, as a GPU's in a container without the GPU; one that names nothing.
    try folder.write("libc.so.6", "other.icd")
    try folder.write("\n", "empty.icd")
    expectError(
      try train("opencl"), status: 1,
      naming: reason + [
        "\(folder("other.icd")) names, libc.so.6, offers nothing: in a container ",
        "\(folder("empty.icd")) names no driver's library",
      ])
    // Beside a driver that works too.
    for name in try FileManager.default.contentsOfDirectory(atPath: "/etc/OpenCL/vendors") {
      try FileManager.default.copyItem(atPath: "/etc/OpenCL/vendors/\(name)", toPath: folder(name))
    }
    expectError(
      try train("opencl:nvidia"), status: 1, naming: ["no usable OpenCL device 'opencl:nvidia'"] + reason)
    let trained = try train("auto")
    #expect(trained.status == 0)
    let listed = try UnetCommand.run("devices", environment: ["OCL_ICD_VENDORS": folder.path + "/"])
    for words in reason + ["offers nothing"] {
      #expect(listed.output.contains(words) && trained.messages.contains(words), "\(trained.messages)")
    }
  }

  /// Its results would not be those of other devices.
  @Test func aDeviceWithAnotherArithmeticIsPassedOverOrRefused() throws {
    let library = try SharedLibrary("Tests/Recorder/recorder.c")
    func train(_ device: String) throws -> UnetCommand.Outcome {
      let tiny = try TinyExperiment()
      return try UnetCommand.run(
        ["train", tiny.file, "--output", tiny.run, "--device", device],
        in: "exec env LD_PRELOAD='\(library.path)' RECORD_FLUSHES=1 \"$@\"")
    }
    let words = ["Recording GPU computes ", " as 0.0, not ", "loses denormal numbers or rounds otherwise"]
    expectError(try train("opencl"), status: 1, naming: words)
    let passed = try train("auto")
    #expect(passed.status == 0, "\(passed.messages)")
    for word in words + ["running on the CPU backend"] {
      #expect(passed.messages.contains(word), "\(passed.messages)")
    }
  }

  /// The loader would wait for whoever writes to it.
  @Test func aPipeInThePlaceOfADriversFileIsNamed() throws {
    let folder = try TemporaryFolder()
    mkfifo(folder("gpu.icd"), 0o600)
    let outcome = try UnetCommand.run("devices", environment: ["OCL_ICD_VENDORS": folder.path])
    #expect(outcome.output.contains("no OpenCL device: \(folder("gpu.icd")) is no file"), "\(outcome.output)")
  }

  /// As after a power cut: PoCL, and the loader of libraries, would end the process.
  @Test func whatIsDamagedInPoCLsCacheIsCompiledAgain() throws {
    let (tiny, cache) = (try TinyExperiment(), try TemporaryFolder())
    func train() throws -> UnetCommand.Outcome {
      try UnetCommand.run(
        "train", tiny.file, "--output", tiny.run, "--device", "opencl", "--overwrite",
        environment: ["XDG_CACHE_HOME": cache.path])
    }
    #expect(try train().status == 0)
    let libraries = cache.files.filter { $0.hasSuffix(".so") }
    let programs = cache.files.filter { $0.hasSuffix("program.bc") }
    #expect(libraries.count > 10 && programs.count > 5)
    let long = Date(timeIntervalSinceNow: -3600)
    for (place, file) in (libraries + programs).enumerated() where place % 2 == 0 {
      let kept = file.hasSuffix(".bc") ? 0 : place % 4 == 0 ? 100 : 8192
      truncate(cache(file), kept)
      try FileManager.default.setAttributes([.modificationDate: long], ofItemAtPath: cache(file))
    }
    let again = try train()
    #expect(again.status == 0, "\(again.messages)")
  }

  @Test func withADriverDevicesMarksTheDefault() throws {
    let outcome = try UnetCommand.run("devices")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(" opencl:0"), "an OpenCL driver is needed: \(outcome.output)")
    #expect(outcome.output.contains(" cpu "))
    #expect(outcome.output.split(separator: "\n").count { $0.hasPrefix("* ") } == 1)
    for word in ["platform", "driver", "memory", "units", "lacks"] { #expect(outcome.output.contains(word)) }
  }

  @Test func aDeviceThatIsNotThereIsNamedWithThoseThatAre() throws {
    let model = try TinyExperiment.trained.get().model
    let folder = try TemporaryFolder()
    let image = try folder.write([noise(30, 30)], "a.png")
    let outcome = try UnetCommand.run(
      "segment", model, image, "--output", folder.path, "--device", "opencl:77")
    expectError(outcome, status: 1, naming: "opencl:77", "opencl:0", "cpu")
  }

  @Test func aKernelThatDoesNotCompileIsNamedWithTheCompilersLines() throws {
    let (tiny, folder) = (try TinyExperiment(), try TemporaryFolder())
    try copyKernels(to: folder)
    let source = try folder.text("conv.cl")
    try folder.write("// one\n// two\nthis is no OpenCL C;\n" + source, "conv.cl")
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "opencl",
      environment: ["UNET_KERNELS": folder.path, "XDG_CACHE_HOME": folder("cache")])
    #expect(outcome.status == 1)
    // The driver may write to standard error on its own account, so the order is looked at from our line on.
    #expect(outcome.errors.count == 1, "\(outcome.messages)")
    let lines = outcome.messages.split(separator: "\n").drop { !$0.hasPrefix("error: ") }
    #expect(lines.first?.hasPrefix("error: conv.cl does not compile on ") ?? false, "\(outcome.messages)")
    #expect(lines.first?.hasSuffix(": mend it, or use the kernels of the binary") ?? false)
    #expect(lines.dropFirst().contains { $0.contains("conv.cl:3:") }, "\(outcome.messages)")
    #expect(!tiny.folder.files.contains { $0.hasPrefix("run/") })
  }

  /// PoCL's compiler, told to take a type that there is not.
  @Test func whereTheBinarysKernelsDoNotCompileTheDriverIsNamed() throws {
    let (tiny, folder) = (try TinyExperiment(), try TemporaryFolder())
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "opencl",
      environment: ["POCL_EXTRA_BUILD_FLAGS": "-Dfloat=nothing", "XDG_CACHE_HOME": folder.path])
    #expect(outcome.status == 1 && outcome.errors.count == 1, "\(outcome.messages)")
    #expect(
      outcome.errors.first?.contains("(OpenCL error -11): update the driver, or choose another device")
        ?? false, "\(outcome.messages)")
  }

  @Test func aKernelThatIsMissingIsNamed() throws {
    let (tiny, folder) = (try TinyExperiment(), try TemporaryFolder())
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "opencl",
      environment: ["UNET_KERNELS": folder.path])
    expectError(outcome, status: 1, naming: folder.path, "UNET_KERNELS")
  }

  private func copyKernels(to folder: TemporaryFolder) throws {
    let kernels = PackageFiles.root.appendingPathComponent("Kernels")
    for name in try FileManager.default.contentsOfDirectory(atPath: kernels.path) {
      try FileManager.default.copyItem(
        at: kernels.appendingPathComponent(name), to: URL(fileURLWithPath: folder(name)))
    }
  }
}
