import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// `unet serve`.  `Tests/FixtureScripts/check_server.py` asks it a thousand times, `check_page.py` uses its page in a browser.
@Suite struct ServeTests {
  private let folder: TemporaryFolder
  private let model: String
  private let words = [
    "probabilities", "labels", "instances", "overlay", "outlines", "rois", "measurements",
  ]

  init() throws {
    (folder, model) = (try TemporaryFolder(), try TinyExperiment.trained.get().model)
    try folder.write([noise(40, 30, seed: 1)], "x.tif")
    try folder.write([noise(40, 30, seed: 2), noise(40, 30, seed: 3)], "stack.tif")
  }

  private func server(_ more: String...) throws -> ServedProcess {
    try ServedProcess(["serve", model, "--output", folder("serve"), "--device", "cpu"] + more)
  }

  @Test func resultsAreThoseOfSegment() throws {
    let server = try server()
    for image in ["x", "stack"] {
      let name = "\(image).tif"
      try #require(
        UnetCommand.run(
          "segment", model, folder(name), "--output", folder("out"), "--device", "cpu", "--threshold", "0.4",
          "--write", words.joined(separator: ",")
        ).status == 0)
      for word in words {
        let answer = try server.ask(
          "POST", "/api/segment?write=\(word)&threshold=0.4&name=\(name)", folder.bytes(name))
        let file = try #require(folder.files.first { $0.hasPrefix("out/\(image)-\(word).") })
        let written = Array(try folder.bytes(file))
        #expect(answer.status == 200 && answer.body == written, "\(file)")
        #expect(answer.head.contains("filename=\"\(file.dropFirst(4))\""))
      }
    }
    // One page of a stack is what a file of that page alone would give.
    try folder.write([noise(40, 30, seed: 3)], "second.tif")
    let path = "/api/segment?write=measurements"
    let whole = try server.ask("POST", path, folder.bytes("second.tif"))
    #expect(try server.ask("POST", "\(path)&page=1", folder.bytes("stack.tif")).body == whole.body)
  }

  @Test func anImageIsKept() throws {
    let server = try server()
    let made = try server.ask("POST", "/api/images?name=../../a%20b.tif", folder.bytes("x.tif"))
    #expect(made.status == 201)
    let image = try made.json
    let id = try #require(image["id"] as? String)
    #expect(image["name"] as? String == "a_b" && made.head.contains("/api/images/\(id)"))
    #expect(try server.ask("GET", "/api/images/\(id)").body == made.body)
    for picture in ["image", "probability", "overlay", "instances"] {
      let answer = try server.ask("GET", "/api/images/\(id)/pictures/\(picture)")
      try folder.write(answer.body, "picture.png")
      let read = try ImageFile.read(folder("picture.png"))[0]
      #expect((read.height, read.width) == (40, 30), "\(picture)")
    }
    let head = try server.ask("HEAD", "/api/images/\(id)/results/labels")
    #expect(head.status == 200 && head.body.isEmpty)
    #expect(try server.ask("DELETE", "/api/images/\(id)").status == 204)
    #expect(try server.ask("GET", "/api/images/\(id)/results/labels").status == 404)
    #expect(try server.ask("GET", "/api/images").body == Array("[]".utf8))
  }

  @Test(arguments: [
    ("GET", "/api/nothing", 404), ("GET", "/api/images/0123456789abcdef", 404),
    ("GET", "/api/images/..%2f..%2fetc%2fpasswd/results/labels", 404),
    ("GET", "/../../etc/passwd", 404), ("POST", "/api/segment", 400),
    ("POST", "/api/segment?write=logits", 404),
    ("POST", "/api/segment?page=1", 400), ("POST", "/api/segment?threshold=x", 400),
    ("POST", "/api/segment?treshold=0.5", 400), ("GET", "/api/runs/..%2f..%2fetc/curve.svg", 404),
    ("GET", "/api/model?x", 400),
  ])
  func aWrongRequestGetsALine(_ method: String, _ path: String, _ status: Int) throws {
    let server = try server()
    let body = path.contains("?") && method == "POST" ? try folder.bytes("x.tif") : Data()
    let answer = try server.ask(method, path, body)
    #expect(answer.status == status)
    let words = try #require(try answer.json["error"] as? String)
    #expect(!words.isEmpty && !words.contains(folder("")))
  }

  @Test func whatIsTooLargeOrNoImageIsRefused() throws {
    let server = try server("--largest-upload", "1", "--largest-image", "1")
    #expect(try server.ask("POST", "/api/segment", Data(count: 1_000_001)).status == 413)
    let noImage = try server.ask("POST", "/api/segment", Data("no image".utf8))
    #expect(noImage.status == 422)
    #expect(
      try noImage.json["error"] as? String
        == "the upload is no TIFF, PNG, JPEG or NPY image: convert it to one of them")
    try folder.write(
      [Image(height: 1001, width: 1000, format: .uint8, pixels: Array(repeating: 1, count: 1_001_000))],
      "large.png")
    let large = try server.ask("POST", "/api/segment", folder.bytes("large.png"))
    let words = try #require(try large.json["error"] as? String)
    #expect(large.status == 422 && words.contains("1001000 pixels"))
  }

  /// A page of another site, and a name that leads to this computer.
  @Test func othersMayNotAsk() throws {
    let server = try server()
    #expect(try server.ask("GET", "/", Data(), ["Host: elsewhere.example"]).status == 403)
    let image = try folder.bytes("x.tif")
    #expect(try server.ask("POST", "/api/segment", image, ["Origin: http://elsewhere.example"]).status == 403)
    #expect(try server.ask("GET", "/").status == 200)
  }

  @Test(arguments: ["membranes", "instances"]) func correctionsAreKeptAsTrainingsReadThem(kind: String) throws
  {
    let tiny = kind == "instances" ? TinyExperiment.trainedOnInstances : TinyExperiment.trained
    let server = try ServedProcess([
      "serve", tiny.get().model, "--output", folder("serve"), "--device", "cpu",
    ])
    #expect(try server.ask("GET", "/api/model").json["kind"] as? String == kind)
    let id = try #require(
      try server.ask("POST", "/api/images?name=x.tif", folder.bytes("x.tif")).json["id"] as? String)
    let path = "/api/images/\(id)/correction"
    func correct(_ image: Image) throws -> ServedProcess.Answer {
      try folder.write([image], "labels.png")
      return try server.ask("PUT", path, folder.bytes("labels.png"))
    }
    /// Two squares of one number.
    var pixels = [Float](repeating: 0, count: 40 * 30)
    for row in 0..<40 where row != 20 { for column in 5..<25 { pixels[30 * row + column] = 1 } }
    let labels = Image(height: 40, width: 30, format: .uint8, pixels: pixels)
    #expect(try correct(Image(height: 30, width: 40, format: .uint8, pixels: pixels)).status == 422)
    #expect(try server.ask("PUT", path, Data("x".utf8)).status == 422)
    #expect(folder.files.allSatisfy { !$0.hasPrefix("serve/corrections") })
    #expect(try server.ask("GET", path).head.contains("Labels-Are: model"))
    // A second time it is replaced.
    for _ in 0..<2 { #expect(try correct(labels).status == 201) }
    let names = folder.files.filter { $0.hasPrefix("serve/corrections/\(kind)/") && $0.hasSuffix(".tif") }
    #expect(names.count == 2)
    let file = try #require(names.first { $0.contains("/labels/x-") })
    let regions = pixels.enumerated().map { $1 * ($0 / 30 > 20 ? 2 : 1) }
    #expect(
      try ImageFile.read(folder(file))[0].pixels == (kind == "membranes" ? pixels.map { 255 * $0 } : regions))
    let image = try ImageFile.read(folder(try #require(names.first { $0.contains("/images/x-") })))[0]
    let uploaded = try ImageFile.read(folder("x.tif"))[0]
    #expect(image.pixels == uploaded.pixels)
    #expect(try server.ask("GET", "/api/corrections").json["count"] as? Int == 1)
    let saved = try server.ask("GET", path)
    #expect(saved.head.contains("Labels-Are: saved"))
    try folder.write(saved.body, "saved.npy")
    #expect(try ImageFile.read(folder("saved.npy"))[0].pixels == (kind == "membranes" ? pixels : regions))
    #expect(try server.ask("GET", "\(path)?from=model").head.contains("Labels-Are: model"))
    // Numbers that are given are kept, though cells touch.
    guard kind == "instances" else { return }
    let touching = pixels.enumerated().map { $1 * ($0 % 30 > 14 ? 300 : 7) }
    #expect(try correct(Image(height: 40, width: 30, format: .uint16, pixels: touching)).status == 201)
    #expect(try ImageFile.read(folder(file))[0].pixels == touching)
  }

  @Test func correctionsOfSeveralClassesAreThese() throws {
    let model = try TinyExperiment.trainedOnThreeClasses.get().model
    let server = try ServedProcess(["serve", model, "--output", folder("serve"), "--device", "cpu"])
    let id = try #require(try server.ask("POST", "/api/images", folder.bytes("x.tif")).json["id"] as? String)
    var pixels = (0..<40 * 30).map { Float($0 % 3) }
    pixels[5] = 255
    try folder.write([Image(height: 40, width: 30, format: .uint8, pixels: pixels)], "labels.png")
    let saved = try server.ask("PUT", "/api/images/\(id)/correction", folder.bytes("labels.png"))
    #expect(saved.status == 201)
    let file = try #require(folder.files.first { $0.hasPrefix("serve/corrections/classes-3/labels/image-") })
    #expect(try ImageFile.read(folder(file))[0].pixels == pixels)
    pixels[6] = 3
    try folder.write([Image(height: 40, width: 30, format: .uint8, pixels: pixels)], "labels.png")
    let wrong = try server.ask("PUT", "/api/images/\(id)/correction", folder.bytes("labels.png"))
    #expect(wrong.status == 422)
  }

  /// Each kept image holds files open: those asked for longest ago go before there are too many.
  @Test func manyImagesAreNotTooMany() throws {
    let server = try ServedProcess(
      ["serve", model, "--output", folder("serve"), "--device", "cpu"], in: "ulimit -n 128; exec \"$@\"")
    for seed in 0..<60 {
      try folder.write([noise(12, 12, seed: UInt64(seed))], "y.tif")
      #expect(try server.ask("POST", "/api/images", folder.bytes("y.tif")).status == 201, "\(seed)")
    }
    #expect(try server.ask("GET", "/api/runs").status == 200)
  }

  /// Behind another server, which has a name of its own.
  @Test func anOriginMayBeAllowed() throws {
    let server = try server("--origin", "https://lab.example")
    let image = try folder.bytes("x.tif")
    for host in ["lab.example", "127.0.0.1:\(server.port)"] {
      let headers = ["Host: \(host)", "Origin: https://lab.example"]
      #expect(try server.ask("POST", "/api/segment", image, headers).status == 200)
    }
    #expect(try server.ask("POST", "/api/segment", image, ["Origin: https://other.example"]).status == 403)
    expectError(
      try UnetCommand.run("serve", model, "--origin", "lab.example", "--output", folder("serve")), status: 64,
      naming: "--origin lab.example")
  }

  @Test func aFormIsNoImage() throws {
    let answer = try server().ask(
      "POST", "/api/segment", Data("--x".utf8), ["Content-Type: multipart/form-data; boundary=x"])
    let words = try #require(try answer.json["error"] as? String)
    #expect(answer.status == 415 && words.contains("--data-binary"))
  }

  /// Each address of the description is there, and each method that it does not have of an address is not.
  @Test func theDescriptionIsThatOfTheServer() throws {
    let server = try server()
    let id = try #require(try server.ask("POST", "/api/images", folder.bytes("x.tif")).json["id"] as? String)
    let description = try server.ask("GET", "/openapi.json").json
    let paths = try #require(description["paths"] as? [String: [String: Any]])
    #expect(paths.count == 14)
    for (path, methods) in paths {
      let address = path.replacingOccurrences(of: "{id}", with: id)
        .replacingOccurrences(of: "{word}", with: path.contains("pictures") ? "image" : "labels")
      for method in ["get", "put", "post"] where !path.contains("{name}") {
        let answer = try server.ask(method.uppercased(), address, folder.bytes("x.tif"))
        #expect((answer.status == 404) == (methods[method] == nil), "\(method) \(address): \(answer.status)")
      }
    }
  }

  /// A request under way is answered before the server ends.
  @Test func aRequestUnderWayIsAnswered() throws {
    let server = try server()
    try folder.write([noise(900, 900, seed: 1)], "large.tif")
    let (image, port) = (try folder.bytes("large.tif"), server.port)
    // No task of Swift's, for which there may be no thread.
    let (answer, done) = (Box(), DispatchSemaphore(value: 0))
    Thread.detachNewThread {
      answer.status = try? ServedProcess.ask(port, "POST", "/api/segment?write=labels", image).status
      done.signal()
    }
    for _ in 0..<10_000 where !folder.files.contains(where: { $0.hasPrefix("serve/.work/upload-") }) {
      usleep(1000)
    }
    #expect(server.end() == 0)
    done.wait()
    #expect(answer.status == 200 || answer.status == 503)
  }

  /// Written before a semaphore is signalled, read after.
  private final class Box: @unchecked Sendable { var status: Int? }

  @Test func itEndsBySignalsAndLeavesNoUpload() throws {
    let server = try server()
    _ = try server.ask("POST", "/api/images", folder.bytes("x.tif"))
    expectError(
      try UnetCommand.run("serve", model, "--output", folder("serve"), "--port", "0"), status: 1,
      naming: "in use",
      "--output")
    expectError(
      try UnetCommand.run("serve", model, "--output", folder("other"), "--port", "\(server.port)"),
      status: 64,
      naming: "--port", "taken")
    #expect(server.end() == 0)
    #expect(folder.files.allSatisfy { !$0.hasPrefix("serve/") || $0 == "serve/" })
  }

  @Test func withoutAModelItShowsTrainings() throws {
    let runs = URL(fileURLWithPath: model).deletingLastPathComponent()
    let server = try ServedProcess([
      "serve", "--output", folder("serve"), "--runs", runs.deletingLastPathComponent().path,
    ])
    #expect(try server.ask("GET", "/api/model").status == 409)
    #expect(try server.ask("POST", "/api/segment", folder.bytes("x.tif")).status == 409)
    let name = runs.lastPathComponent
    let text = String(decoding: try server.ask("GET", "/api/runs").body, as: UTF8.self)
    #expect(text.contains("\"name\":\"\(name)\"") && text.contains("\"hasModel\":true"))
    let curve = try server.ask("GET", "/api/runs/\(name)/curve.svg")
    #expect(curve.status == 200 && String(decoding: curve.body, as: UTF8.self).contains("training loss"))
  }
}
