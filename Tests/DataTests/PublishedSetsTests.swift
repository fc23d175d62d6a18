import Testing
import UNetData
import UNetTestSupport

private let (challenge, tracking) = (RealData("isbi2012"), RealData("ctc"))

@Suite("The published data sets")
struct PublishedSetsTests {
  @Test(
    "ISBI 2012: 30 pages of 512² with membranes",
    .enabled(if: challenge.isPresent, "\(challenge.reason)"))
  func isbi() throws {
    let frames = try Dataset.load(
      images: challenge.path("train-volume.tif"), labels: challenge.path("train-labels.tif"),
      kind: .membranes)
    #expect(
      frames.count == 30 && frames.allSatisfy { $0.image.size == "512×512" && $0.image.format == .uint8 })
    for frame in frames {
      let annotation = frame.annotation
      let share = Double(annotation.classes.filter { $0 == 1 }.count) / Double(512 * 512)
      #expect(0.7...0.85 ~= share)
      #expect(try #require(annotation.instances?.max()) > 50)
    }
  }

  @Test(
    "cell tracking: annotated frames find their images",
    .enabled(if: tracking.isPresent, "\(tracking.reason)"),
    arguments: [
      ("DIC-C2DH-HeLa/01", 9, 2), ("DIC-C2DH-HeLa/02", 9, 6), ("PhC-C2DH-U373/01", 15, 1),
      ("PhC-C2DH-U373/02", 19, 10),
    ])
  func cellTracking(set: String, count: Int, first: Int) throws {
    let frames = try Dataset.load(
      images: tracking.path("\(set)"), labels: tracking.path("\(set)_GT/SEG"), kind: .instances,
      partlyAnnotated: [67])
    #expect(frames.count == count && frames[0].page == first)
    for frame in frames {
      let annotation = frame.annotation
      #expect(annotation.classes.contains(-1) == (frame.page == 67))
      let weights = weightMap(annotation)
      #expect(zip(weights, annotation.classes).allSatisfy { ($0 == 0) == ($1 < 0) })
    }
  }

  @Test(
    "cell tracking: every cell is left at half the resolution",
    .enabled(if: tracking.isPresent, "\(tracking.reason)"),
    arguments: ["DIC-C2DH-HeLa/01", "DIC-C2DH-HeLa/02", "PhC-C2DH-U373/01", "PhC-C2DH-U373/02"])
  func halfResolution(set: String) throws {
    let paths = (images: tracking.path("\(set)"), labels: tracking.path("\(set)_GT/SEG"))
    let whole = try Dataset.load(images: paths.images, labels: paths.labels, kind: .instances, gap: 0)
    let half = try Dataset.load(
      images: paths.images, labels: paths.labels, kind: .instances, gap: 0, scale: 0.5)
    for (whole, half) in zip(whole, half) {
      #expect(half.annotation.width == whole.image.width / 2)
      #expect(Set(half.annotation.instances ?? []) == Set(whole.annotation.instances ?? [0]))
    }
  }
}
