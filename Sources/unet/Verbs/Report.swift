import ArgumentParser
import Foundation
import UNetConfiguration
import UNetExperiments
import UNetFiles
import UNetImages
import UNetNumerics
import UNetRunReport
import UNetVersion
import UNetWork

/// `unet report`
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a page of HTML about a run, or about several beside each other.",
    discussion: """
      The page has the experiment, the curves, figures and pictures of held-out images with what is wrong in them, how the figure \
      depends on the threshold, whether probabilities are what they say, samples with their weights, times and digests. It is \
      one file that needs no other and no network.

      Held-out images are segmented anew, for which their folder must be found: that of --data or $UNET_DATA. Without them the page has the \
      pictures that the training left.

      EXAMPLES
        unet report runs/cells --data cells
        unet report runs/a runs/b --output compared.html
      """)

  @Argument(help: "Folders of runs.", completion: .directory) var runs: [String]
  @Option(help: "The folder that paths in the experiments start from. (default: $UNET_DATA, else none)")
  var data: String?
  @Option(number: "Held-out images to show of each run.") var images = 4
  @OptionGroup var device: DeviceOption
  @Option(help: "The file to write.", completion: .file(extensions: ["html"])) var output = "report.html"
  @Flag(help: "Replace a file that is there.") var overwrite = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !runs.isEmpty else { throw ValidationError("give the folder of a run") }
    guard runs.count <= 20 else { throw ValidationError("\(runs.count) runs: give at most 20") }
    guard (0...100).contains(images) else {
      throw ValidationError("--images \(images): give a number from 0 to 100")
    }
  }

  func run() throws {
    let summaries = try runs.map { try RunSummary($0) }
    var named = [data, EnvironmentVariable.data.value].compactMap { $0 }.first { !$0.isEmpty }
    if data == nil, let folder = named {
      // The variable may be another project's.
      let root = DataRoot(folder, experiment: runs[0], home: EnvironmentVariable.home)
      if (try? summaries.forEach { _ = try root.files(of: $0.experiment) }) == nil { named = nil }
    }
    let root = DataRoot(named, experiment: runs[0], home: EnvironmentVariable.home)
    let images = named == nil ? [] : try summaries.flatMap { try root.files(of: $0.experiment) }
    try Outputs(of: runs.flatMap(RunSummary.files) + images, overwrite: overwrite).check([output])
    try AtomicFile.check(output)
    Interruption.watch()
    var heldOut = [HeldOutReport?](repeating: nil, count: runs.count)
    let isSynthetic = summaries.map { if case .synthetic = $0.experiment.data.origin { true } else { false } }
    if zip(summaries, isSynthetic).contains(where: { $0.model != nil && (named != nil || $1) }) {
      let backend = try device.open()
      for (at, summary) in summaries.enumerated() {
        guard let model = summary.model, named != nil || isSynthetic[at] else { continue }
        tell("segmenting the held-out images of \(summary.folder)")
        heldOut[at] = try Console.heard("segmenting held-out images") {
          try HeldOutReport(summary, model: model, root: root, pictures: self.images, on: backend)
        }
      }
    }
    for (at, summary) in summaries.enumerated() where heldOut[at] == nil {
      let reason =
        summary.model == nil
        ? "there is no model yet" : "the folder of the images is not known: name it by --data"
      say("note: \(summary.folder): held-out images are not segmented anew, since \(reason)")
    }
    for (summary, found) in zip(summaries, heldOut) {
      if let note = found?.note { say("note: \(summary.folder): \(note)") }
    }
    let samples =
      heldOut[0] == nil
      ? []
      : try Console.heard("making samples") {
        try SamplePictures(summaries[0].experiment, root: root).images(2)
      }
    let report = RunReport(
      Array(zip(summaries, heldOut)), samples: samples,
      made:
        "By \(Provenance(device: "", arguments: CommandLine.arguments).command), commit \(Version.commit())",
      beside: output)
    let page = try Console.heard("making the page") {
      let page = try report.html()
      try Cancellation.check()
      return page
    }
    try AtomicFile.write(page, to: output, replacing: overwrite)
    printLine(output)
  }
}
