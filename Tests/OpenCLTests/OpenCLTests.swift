import Foundation
import Testing
import UNetKernels
import UNetOpenCL

@Test func thereIsAnOpenCLDevice() {
  #expect(!DeviceDescription.all().isEmpty, "no OpenCL driver: apt-get install pocl-opencl-icd")
}

@Test func devicesAreNumberedWithGPUsFirst() {
  let all = DeviceDescription.all()
  #expect(all.map(\.index) == Array(all.indices))
  let rank: [DeviceDescription.Kind: Int] = [.gpu: 0, .accelerator: 1, .cpu: 2, .other: 3]
  #expect(all.map { rank[$0.kind] ?? 4 } == all.map { rank[$0.kind] ?? 4 }.sorted())
  #expect(all.allSatisfy { !$0.name.isEmpty && $0.memory > 0 })
}

@Test func aDeviceIsOpenedOnce() throws {
  #expect(try Device.open(0) === Device.open(0))
}

@Test func aMissingDeviceNamesThoseThereAre() throws {
  let error = try #require(throws: NoDevice.self) { try Device.open(99) }
  #expect(error.description.contains("opencl:99") && error.description.contains("opencl:0"))
}

@Test func buffersAreCountedWhileTheyLive() throws {
  let backend = OpenCLBackend(try Device.open())
  let before = backend.allocatedBytes
  do {
    let buffer = try backend.makeBuffer(count: 1000)
    #expect(backend.allocatedBytes == before + 4000)
    try backend.write([Float](repeating: 2, count: 1000), to: buffer)
    #expect(try backend.read(buffer, count: 1000) == [Float](repeating: 2, count: 1000))
  }
  #expect(backend.allocatedBytes == before)
}

@Test func aWriteTakesTheElementsAsTheyWere() throws {
  let backend = OpenCLBackend(try Device.open())
  let buffer = try backend.makeBuffer(count: 3)
  var elements: [Float] = [1, 2, 3]
  try backend.write(elements, to: buffer)
  elements[0] = 9
  #expect(try backend.read(buffer, count: 3) == [1, 2, 3])
}

@Test(arguments: KernelSource.allCases)
func everyKernelFileIsEmbeddedWithItsHead(source: KernelSource) throws {
  let text = try source.text()
  #expect(
    text.contains("FP_CONTRACT OFF") && text.contains("#line 1 \"\(source.file)\"")
      && text.contains(#/\nkernel (__attribute__.*\n)?void/#))
}

/// No kernel may round in a way of its own.
@Test(arguments: KernelSource.allCases)
func kernelsCallNoFunctionOfTheDevice(source: KernelSource) throws {
  let text = try source.text()
  for forbidden in [
    "exp(", "log(", "sqrt(", "mad(", "native_", "half_", "atomic", "rsqrt", "pow(", "convert_half",
  ] {
    let calls = text.components(separatedBy: forbidden).dropLast().filter { before in
      !before.hasSuffix("portable_") && !(before.last?.isLetter ?? false) && before.last != "_"
    }
    #expect(calls.isEmpty, "\(source.file) calls \(forbidden)")
  }
}
