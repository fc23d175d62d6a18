import Foundation
import Testing
import UNetExperiments

private let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()
private let data =
  ProcessInfo.processInfo.environment["UNET_DATA"]
  ?? package.deletingLastPathComponent().appendingPathComponent("shared/data").path

@Test(
  .enabled(
    if: FileManager.default.fileExists(atPath: data), "\(data) is absent: set UNET_DATA to the data root"),
  arguments: ["dic-hela", "isbi2012-em", "isbi2012-em-small", "phc-u373"])
func theExperimentsFindTheirDataAndItIsTheDataTheyMean(name: String) throws {
  let file = package.appendingPathComponent("Experiments/\(name).yaml").path
  let experiment = try Experiment.load(file)
  let root = DataRoot(option: data, environment: [:], experiment: file)
  try root.checkDigests(of: experiment.data)
  guard case .files(let images, let labels, _) = experiment.data.origin else {
    Issue.record("\(name) names no files")
    return
  }
  var paths = [images, labels]
  if case .sequence(let images, let labels, _) = experiment.data.holdOut { paths += [images, labels] }
  for path in paths { #expect(FileManager.default.fileExists(atPath: root.path(path)), "\(path)") }
}
