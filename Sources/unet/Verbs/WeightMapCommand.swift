import ArgumentParser
import UNetData
import UNetImages
import UNetNumerics

/// `unet weight-map`
struct WeightMapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weight-map",
    abstract: "Writes how much each pixel counts in training (equation 2 of the paper).",
    discussion: """
      Writes a 32-bit float TIFF with a page for each page of labels.  A pixel's
      weight is that of its class; a pixel of background has in addition
      w0 exp(-(d1 + d2)^2 / (2 sigma^2)), where d1 and d2 are the distances in
      pixels to the nearest and the second nearest cell.

      EXAMPLES
        unet weight-map labels.tif --output weights.tif --w0 10 --sigma 5
      """)

  @Argument(help: "Labels: a \(ImageFile.labelFormats) file, a quoted glob, or a folder.") var labels: String
  @Option(help: "The file to write; its name ends in .tif.", completion: .file(extensions: ["tif"]))
  var output: String
  @OptionGroup var kind: KindOption
  @Option(number: WeightMapOptions.options.help("w0")) var w0 = 10.0
  @Option(number: WeightMapOptions.options.help("sigma")) var sigma = 5.0
  @Option(number: WeightMapOptions.options.help("gap")) var gap = 1
  @Flag(name: .customLong("no-class-balance"), help: "Do not let pixels of rare classes count more.")
  var unbalanced = false
  @Flag(help: "Replace a file that is there.") var overwrite = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard [".tif", ".tiff"].contains(where: { output.lowercased().hasSuffix($0) }) else {
      throw ValidationError(
        "--output \(output): weights are 32-bit floats, which need a name that ends in .tif")
    }
    _ = try options()
  }

  private func options() throws -> WeightMapOptions {
    var options = WeightMapOptions(classBalance: !unbalanced)
    try WeightMapOptions.options.read(flags: ["w0": w0, "sigma": sigma, "gap": gap], into: &options)
    return options
  }

  func run() throws {
    let options = try options()
    let file = try WeightMapFile(labels, kind: kind.kind, border: kind.border, options)
    let pages = try file.write(to: output, overwrite: overwrite)
    for note in file.notes { say("note: \(note)") }
    printLine("\(output)  \(counted(pages, "page"))  \(file.kind.rawValue), \(file.reason)")
  }
}
