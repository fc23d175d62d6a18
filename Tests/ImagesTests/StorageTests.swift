import Testing
import UNetData
import UNetFiles
import UNetImages
import UNetTestSupport

/// One picture and one label map in every container and encoding.
@Suite("Storage changes nothing")
struct StorageTests {
  @Test("there are 60 ways and more, each of its own name")
  func count() {
    #expect(Storage.all.count >= 60)
    #expect(Set(Storage.all.map(\.description)).count == Storage.all.count)
  }

  @Test(
    "labels are the numbers, images their values, as they were before they were stored",
    arguments: Storage.all)
  func values(storage: Storage) throws {
    let folder = try TemporaryFolder()
    let (image, labels) = (
      Storage.Numbers.scene(bits: storage.bits, isLabels: false),
      Storage.Numbers.scene(bits: storage.bits, isLabels: true)
    )
    let imageFile = try folder.write(try storage.file(image), "image.\(storage.ending)")
    let pages = try ImageFile.read(imageFile)
    try #require(pages.count == 1)
    #expect(pages[0].hasEqualChannels)
    #expect(pages[0].grey().pixels == image.values.map { Float($0) })
    #expect((pages[0].height, pages[0].width) == (image.height, image.width))
    let labelFile = try folder.write(try storage.file(labels), "labels.\(storage.ending)")
    #expect(try PageFile.labels(of: labelFile).map(\.numbers) == [labels.values.map { UInt32($0) }])
  }

  /// Digests of the prepared frames of the first storage with as many bits.
  private static let digests = [1, 2, 4].reduce(into: [Int: Result<String, any Error>]()) { found, bits in
    found[bits] = Result { try digest(Storage.reference(bits: bits)) }
  }

  @Test("frames prepared for training are the same to the last bit", arguments: Storage.all)
  func prepared(storage: Storage) throws {
    #expect(try Self.digest(storage) == Self.digests[storage.bits]?.get())
  }

  /// SHA-256 of normalised images, classes and weights.
  private static func digest(_ storage: Storage) throws -> String {
    let folder = try TemporaryFolder()
    let (image, labels) = try storage.write(in: folder)
    let meaning = Dataset.Meaning(storage.bits == 1 ? .membranes : .classes, classes: 16)
    let digest = SHA256()
    for frame in try Dataset(images: image, labels: labels, meaning).frames() {
      let prepared = PreparedFrame(frame, normalisation: .meanDeviation, weights: WeightMapOptions())
      for values in [prepared.image, prepared.classes, prepared.weights] {
        values.withUnsafeBytes { digest.update($0) }
      }
    }
    return digest.finish()
  }

  @Test("the table in Documentation/data.md has every way")
  func documented() throws {
    let text = try PackageFiles.text("Documentation/data.md")
    var rows: [(start: String, kinds: [String])] = []
    for storage in Storage.all {
      let start = "| \(storage.container) | `\(storage.type)` | "
      if let row = rows.firstIndex(where: { $0.start == start }) {
        rows[row].kinds.append(storage.kind)
      } else {
        rows.append((start, [storage.kind]))
      }
    }
    for (start, kinds) in rows {
      let row = start + kinds.joined(separator: "; ") + " |"
      #expect(text.contains(row), "\(row)")
    }
  }
}
