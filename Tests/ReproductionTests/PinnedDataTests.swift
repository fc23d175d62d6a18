import Foundation
import Testing
import UNetExperimentFiles
import UNetExperiments
import UNetImages
import UNetReproduction
import UNetTestSupport

/// Images are known by their pixels.
@Suite struct PinnedDataTests {
  private let image = Image(height: 1, width: 3, format: .uint8, pixels: [0, 7, 255])

  @Test func theDigestIsThatOfSixteenBitNumbers() {
    // printf '\0\0\7\0\377\0' | sha256sum
    #expect(
      PinnedData.digest(of: [image]) == "763496da7349fec0febf99c0acb62d62cc3ac2791bb51c50b932600dfca51b42")
  }

  @Test func theWayAFileIsStoredDoesNotMatter() {
    let wide = Image(height: 1, width: 3, format: .uint16, pixels: [0, 7, 255])
    #expect(PinnedData.digest(of: [image]) == PinnedData.digest(of: [wide]))
  }

  @Test func anotherPixelIsAnErrorThatNamesTheFile() throws {
    let folder = try TemporaryFolder()
    let root = DataRoot(folder.path, experiment: "")
    let pins = PinnedData(text: "# a comment\n\(PinnedData.digest(of: [image]))  set/a.tif\n")
    try folder.write([image], "set/a.tif")
    try pins.check(["set"], root: root)
    var other = image
    other.pixels[1] = 8
    try folder.write([other], "set/a.tif")
    #expect { try pins.check(["set"], root: root) } throws: {
      "\($0)".hasPrefix("\(folder.path)/set/a.tif holds other pixels")
    }
    try FileManager.default.removeItem(atPath: folder("set/a.tif"))
    #expect { try pins.check(["set"], root: root) } throws: { "\($0)".contains(folder("set/a.tif")) }
  }

  @Test func everyExperimentOfTheTablesCanBeRead() throws {
    for file in ExperimentFile.allCases {
      let experiment = try Experiment(yaml: file.text, file: file.path)
      #expect(experiment.name == file.rawValue.split(separator: "/").joined(separator: "-"), "\(file.path)")
    }
  }

  @Test func theEmbeddedTextIsThatOfTheFile() throws {
    for file in ExperimentFile.allCases {
      #expect(try file.text == PackageFiles.text(file.path), "\(file.path)")
    }
  }
}
