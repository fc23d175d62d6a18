import Glibc
import UNetExperiments
import UNetImages
import UNetInterchange
import UNetPrediction
import UNetTraining

/// What libFuzzer calls with one input after another.  `FUZZED` names the reader that gets it; the four formats of images
/// have one reader and seeds of their own.
///
/// A reader may give any error of its own.  A trap, a finding of AddressSanitizer, and more time or memory than libFuzzer
/// is told (`make fuzz`) are faults.
private func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  switch fuzzed {
  case "yaml": readExperiment(bytes)
  case "safetensors": read(bytes) { path in try readAll(Safetensors.open(path).tensors) }
  case "checkpoint": read(bytes, readCheckpoint)
  case "model": read(bytes) { path in _ = try Model.read(path) }
  case "tiff", "png", "jpeg", "npy": read(bytes, readImage)
  default: fatalError("FUZZED is one of yaml, safetensors, checkpoint, model, tiff, png, jpeg, npy")
  }
  return 0
}

/// libFuzzer's own work on the arguments of the command, which the package's `main` begins.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// The place of `main` in an executable of a package.
@_cdecl("fuzz_main") public func start(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
  var (count, arguments) = (count, arguments)
  return runFuzzer(&count, &arguments, fuzz)
}

private let fuzzed = getenv("FUZZED").map { String(cString: $0) } ?? ""

private func readExperiment(_ bytes: UnsafeRawBufferPointer) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let experiment = try? Experiment(yaml: text, file: "experiment.yaml") {
    // What is read is written and read again, as at `--resume`.
    let again = try? Experiment(yaml: experiment.yaml(), file: "experiment.yaml")
    precondition(again?.hash == experiment.hash, "what is written of an experiment is another")
  }
}

private func readAll(_ tensors: NamedTensors) throws { for name in tensors.names { _ = try tensors[name] } }

private func readCheckpoint(_ path: String) throws {
  let checkpoint = try Checkpoint.read(path)
  _ = TrainingHistory(checkpoint)
  try readAll(checkpoint.state)
}

/// Every page as an image and as labels, as training and evaluation take them.
private func readImage(_ path: String) throws {
  let file = try PageFile(path)
  for number in 0..<min(file.count, 8) {
    guard let page = try? file.page(number) else { continue }
    guard page.height * page.width * page.channels <= 1 << 20 else { continue }
    _ = page.image()
    if let labels = try? page.labels(of: path, page: number) { _ = labels.numbers.count }
  }
}

/// A file of these bytes, in memory.
private func read(_ bytes: UnsafeRawBufferPointer, _ body: (String) throws -> Void) {
  precondition(ftruncate(file, 0) == 0)
  precondition(pwrite(file, bytes.baseAddress, bytes.count, 0) == bytes.count)
  try? body("/proc/self/fd/\(file)")
}

private let file: Int32 = {
  let name = "/dev/shm/unet-fuzz-\(getpid())"
  let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
  precondition(descriptor >= 0)
  unlink(name)
  return descriptor
}()
