import Foundation
import Testing
import UNetExperiments
import UNetTestSupport

private let data = RealData()

@Test(
  .enabled(if: data.isPresent, "\(data.reason)"),
  arguments: ["dic-hela", "isbi2012-em", "isbi2012-em-small", "phc-u373"])
func theExperimentsFindTheirDataAndItIsTheDataTheyMean(name: String) throws {
  let file = PackageFiles.path("Experiments/\(name).yaml")
  let experiment = try Experiment.load(file)
  let root = DataRoot(data.folder, experiment: file)
  try root.checkDigests(of: experiment.data)
  guard case .files(let images, let labels, _) = experiment.data.origin else {
    Issue.record("\(name) names no files")
    return
  }
  var paths = [images, labels]
  if case .sequence(let images, let labels, _) = experiment.data.holdOut { paths += [images, labels] }
  for path in paths { #expect(FileManager.default.fileExists(atPath: root.path(path)), "\(path)") }
}
