import Testing
import UNetConfiguration
import UNetExperiments
import UNetTestSupport

struct DataRootTests {
  @Test func theOptionGoesBeforeTheVariableAndThatBeforeTheFilesFolder() {
    #expect(DataRoot("/o", "/v", experiment: "e/x.yaml").path("a.tif") == "/o/a.tif")
    #expect(DataRoot(nil, "/v", experiment: "e/x.yaml").path("a.tif") == "/v/a.tif")
    #expect(DataRoot(nil, nil, experiment: "e/x.yaml").path("a.tif") == "e/a.tif")
    #expect(DataRoot(nil, nil, experiment: "x.yaml").path("a.tif") == "a.tif")
    #expect(DataRoot(nil, nil, experiment: "/x.yaml").path("a.tif") == "/a.tif")
    #expect(DataRoot("/o", nil, experiment: "x.yaml").path("/b.tif") == "/b.tif")
  }

  @Test func aTildeIsTheHomeFolderWhereThatIsKnown() {
    let root = DataRoot("/o", experiment: "x.yaml", home: "/home/me")
    #expect(root.path("~/data/a.tif") == "/home/me/data/a.tif")
    #expect(root.path("~") == "/home/me")
    #expect(DataRoot("~/o", experiment: "x.yaml", home: "/home/me").path("a.tif") == "/home/me/o/a.tif")
    #expect(root.path("a~/b~.tif") == "/o/a~/b~.tif")
    #expect(root.path("~you/a.tif") == "/o/~you/a.tif")
    #expect(DataRoot("/o", experiment: "x.yaml").path("~/a.tif") == "/o/~/a.tif")
  }

  @Test func aFileWithAnotherDigestIsRefusedByName() throws {
    let folder = try TemporaryFolder()
    try folder.write("abc", "a.txt")
    let root = DataRoot(folder.path, experiment: "x.yaml")
    var data = Experiment.DataSettings()
    let right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    let wrong = String(right.reversed())
    data.sha256 = ["a.txt": right]
    try root.checkDigests(of: data)
    data.sha256 = ["a.txt": wrong]
    let error = #expect(throws: ConfigurationError.self) { try root.checkDigests(of: data) }
    let remedy = "fetch the file again or mend the experiment"
    #expect(error?.description == "\(folder("a.txt")): has SHA-256 \(right), data.sha256 \(wrong): \(remedy)")
  }
}
