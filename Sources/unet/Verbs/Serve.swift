import ArgumentParser
import Foundation
import UNetConfiguration
import UNetFiles
import UNetPrediction
import UNetRuntime
import UNetServer
import UNetWork

/// `unet serve`
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves a page and an HTTP API on which images are segmented and corrected.",
    discussion: """
      Drop images on the page and see what the model says of them; move the threshold, download results, and paint corrections, \
      which become labels for the next training. The page also shows the trainings of --runs as they go on. /openapi.json describes \
      the API for programs; Documentation/serving.md has examples.

      Only programs of this computer reach it unless --host says otherwise; there is no password. All that is written lies in --output: \
      corrections stay, uploads are gone when the server ends.

      EXAMPLES
        unet serve runs/cells/model.safetensors
        curl --data-binary @image.tif 'http://127.0.0.1:8080/api/segment?write=labels' -o labels.png
        unet plan serve/corrections/instances
      """)

  @Argument(
    help:
      "The model.safetensors of a run, or several, whose probabilities are averaged. Without one the page shows trainings alone.",
    completion: .file(extensions: ["safetensors"]))
  var models: [String] = []
  @Option(help: "The address to listen at; 0.0.0.0 is every network of this computer.") var host = "127.0.0.1"
  @Option(number: "The port to listen at; 0 for any that is free.") var port = 8080
  @Option(
    help: ArgumentHelp(
      "An address by which browsers reach the server through another one, such as https://lab.example. May be given several times.",
      valueName: "address"))
  var origin: [String] = []
  @Option(help: "The folder for corrections and uploads.", completion: .directory) var output = "serve"
  @Option(help: "The folder of trainings to show.", completion: .directory) var runs = "runs"
  @Option(number: "The largest upload in megabytes.") var largestUpload = 100
  @Option(number: "The largest image in megapixels, of all its pages.") var largestImage = 64
  @OptionGroup var device: DeviceOption
  @OptionGroup var prediction: SegmentationFlags
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard (0...65535).contains(port) else {
      throw ValidationError("--port \(port): give a number from 0 to 65535")
    }
    if let wrong = origin.first(where: { $0.wholeMatch(of: /https?:\/\/[^\/\s]+/) == nil }) {
      throw ValidationError("--origin \(wrong): give an address without a path, such as https://lab.example")
    }
    guard (1...100_000).contains(largestUpload) else {
      throw ValidationError("--largest-upload \(largestUpload): give megabytes from 1 to 100000")
    }
    guard (1...10_000).contains(largestImage) else {
      throw ValidationError("--largest-image \(largestImage): give megapixels from 1 to 10000")
    }
  }

  func run() throws {
    var settings = ServerSettings(folder: output, runs: runs)
    (settings.host, settings.port) = (host, port)
    (settings.largestUpload, settings.largestImage) = (1_000_000 * largestUpload, 1_000_000 * largestImage)
    settings.origins = origin
    settings.limit(files: ProcessLimits.raisedFiles())
    Interruption.watch()
    let server = SegmentationServer(settings, logger: Console.logger, isCancelled: { Interruption.isAsked })
    let isOpen = settings.isOpen
    let name = ["0.0.0.0", "::"].contains(host) ? ProcessInfo.processInfo.hostName : host
    let address = name.contains(":") ? "[\(name)]" : name
    let open = opening
    try waited {
      try await server.run(models: open) { port in
        if isOpen {
          say("note: everybody who reaches this computer can use the server, for it has no password")
        }
        tell("serving until Ctrl-C")
        printLine("http://\(address):\(port)/")
        fflush(nil)
      }
    }
  }

  /// Opens the models and the device, on the thread that uses them.
  private var opening:
    (@Sendable () throws -> (models: [Model], options: [SegmentationOptions], backend: any Backend))?
  {
    guard !models.isEmpty else { return nil }
    return { [models, prediction, device] in
      let opened = try models.map(openModel)
      return (opened, try opened.map(prediction.options), try device.open())
    }
  }
}

/// The result of a task, for which the thread waits.
private func waited(_ work: @escaping @Sendable () async throws -> Void) throws {
  let (done, outcome) = (DispatchSemaphore(value: 0), Outcome())
  Task {
    do { try await work() } catch { outcome.error = error }
    done.signal()
  }
  done.wait()
  if let error = outcome.error { throw error }
}

/// Written before the semaphore is signalled, read after.
private final class Outcome: @unchecked Sendable {
  var error: (any Error)?
}
