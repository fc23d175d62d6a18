import Glibc
import UNetExperiments
import UNetImages
import UNetInterchange
import UNetPrediction
import UNetTraining

/// What libFuzzer calls with one input after another.  `UNET_FUZZ` names the reader that gets it.
///
/// A reader may give any error of its own; a trap, a finding of AddressSanitizer, more than 5 s or more memory than
/// libFuzzer is told is a fault.
private func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  switch reader {
  case "yaml": readExperiment(bytes)
  case "safetensors": read(bytes) { path in _ = try Safetensors.open(path) }
  case "checkpoint": read(bytes) { path in _ = try Checkpoint.read(path) }
  case "model": read(bytes) { path in _ = try Model.read(path) }
  case "tiff", "png", "jpeg", "npy": readImage(bytes)
  default: fatalError("UNET_FUZZ is one of yaml, safetensors, checkpoint, model, tiff, png, jpeg, npy")
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

private let reader = getenv("UNET_FUZZ").map { String(cString: $0) } ?? ""

private func readExperiment(_ bytes: UnsafeRawBufferPointer) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let experiment = try? Experiment(yaml: text, file: "experiment.yaml") {
    // What is read is written and read again, as at `--resume`.
    let again = try? Experiment(yaml: experiment.yaml(), file: "experiment.yaml")
    precondition(again?.hash == experiment.hash, "what is written of an experiment is another")
  }
}

/// Every page as an image and as labels, as training and evaluation take them.
private func readImage(_ bytes: UnsafeRawBufferPointer) {
  read(bytes) { path in
    let file = try PageFile(path)
    for number in 0..<min(file.count, 8) {
      guard let page = try? file.page(number) else { continue }
      guard page.height * page.width * page.channels <= 1 << 20 else { continue }
      _ = page.image()
      if let labels = try? page.labels(of: path, page: number) { _ = labels.numbers.count }
    }
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
