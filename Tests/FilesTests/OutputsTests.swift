import Foundation
import Testing
import UNetFiles
import UNetTestSupport

/// What a result may replace.
@Suite struct OutputsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aFileThatIsThereIsKeptUnlessItMayBeReplaced() throws {
    let file = try folder.write("mine", "mine.yaml")
    let error = try #require(throws: OutputError.self) {
      try Outputs(overwrite: false).check([folder("new.yaml"), file])
    }
    #expect(error.description == "\(file) is there already: replace it or choose another place")
    #expect(error.choices == ["overwrite", "output"])
    try Outputs(overwrite: false).check([folder("new.yaml")])
    try Outputs(overwrite: true).check([folder("new.yaml"), file])
  }

  @Test func anInputIsNeverReplacedByWhateverNameItIsCalled() throws {
    let file = try folder.write("mine", "mine.tif")
    try FileManager.default.createSymbolicLink(atPath: folder("link.tif"), withDestinationPath: file)
    for (input, output) in [
      ("mine.tif", "mine.tif"), ("mine.tif", "link.tif"),
      ("link.tif", "../\(folder.path.split(separator: "/").last ?? "")/mine.tif"),
    ] {
      for overwrite in [false, true] {
        let error = try #require(throws: OutputError.self) {
          try Outputs(of: [folder(input)], overwrite: overwrite).check([folder(output)], choice: "table")
        }
        #expect(
          error.description == "\(folder(output)) is an input and would be replaced: choose another place")
        #expect(error.choices == ["table"])
      }
    }
  }
}
