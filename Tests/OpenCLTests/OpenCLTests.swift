import Foundation
import Testing
import UNetGraph
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

@Test func aMissingDeviceIsAnError() throws {
  let error = try #require(throws: OpenCLError.self) { try Device.open(99) }
  #expect(error.description.contains("device 99") && error.description.contains("no such device"))
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

@Test func everyKernelFileIsEmbeddedWithWhatItIncludes() throws {
  let sources = try KernelSource.all()
  #expect(sources.count == 9)
  for source in sources {
    #expect(source.text.contains("FP_CONTRACT OFF") && source.text.contains("#line 1 \"\(source.file)\""))
    #expect(!source.kernels.isEmpty && !source.text.contains("#include"), "\(source.file)")
  }
  let kernels = sources.flatMap(\.kernels)
  #expect(Set(kernels).count == kernels.count && kernels.contains("product_tile"))
}

/// A header that two files include is there once, and messages name the line of the file itself.
@Test func aFileIsIncludedOnceAndLinesStayItsOwn() throws {
  let winograd = try #require(try KernelSource.all().first { $0.file == "winograd.cl" })
  #expect(winograd.text.components(separatedBy: "#line 1 \"common.h\"").count == 2)
  let lines = winograd.text.components(separatedBy: "\n")
  let own = try #require(lines.lastIndex { $0.hasPrefix("#line ") && $0.hasSuffix(" \"winograd.cl\"") })
  let number = try #require(Int(lines[own].split(separator: " ")[1]))
  let file = try String(contentsOfFile: "Kernels/winograd.cl", encoding: .utf8).components(separatedBy: "\n")
  #expect(Array(lines[(own + 1)...]) == Array(file[(number - 1)...]))
}

/// No kernel may round in a way of its own.
@Test func kernelsCallNoFunctionOfTheDevice() throws {
  for source in try KernelSource.all() {
    for forbidden in [
      "exp(", "log(", "sqrt(", "mad(", "native_", "half_", "atomic", "rsqrt", "pow(", "convert_half",
    ] {
      let calls = source.text.components(separatedBy: forbidden).dropLast().filter { before in
        !before.hasSuffix("portable_") && !(before.last?.isLetter ?? false) && before.last != "_"
      }
      #expect(calls.isEmpty, "\(source.file) calls \(forbidden)")
    }
  }
}

/// A number that a kernel counts in 32 bits and that does not fit is an error of one line, before anything runs.
@Test func aSizeBeyondAnIntIsAnError() throws {
  let backend = OpenCLBackend(try Device.open())
  let buffer = try backend.makeBuffer(count: 1)
  var graph = Graph()
  let (x, y) = (graph.value([1, 50_000, 50_000, 2]), graph.value([1, 50_000, 50_000, 2]))
  let error = try #require(throws: OpenCLError.self) {
    _ = try backend.prepare(.softmax(Softmax(x: x, y: y))) { _ in buffer }
  }
  #expect(error.description.contains("passes 2147483647") && !error.description.contains("\n"))
}
