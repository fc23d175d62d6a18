import Testing
import UNetData
import UNetFiles
import UNetImages
import UNetTestSupport

/// One picture and one label map in every container and encoding.
@Suite("Storage changes nothing")
struct StorageTests {
  /// Discs of numbers that a number of `bits` holds, on a slope.
  static func numbers(bits: Int, isLabels: Bool) -> Storage.Numbers {
    let (height, width, most) = (37, 53, (1 << bits) - 1)
    let values = (0..<height * width).map { at -> Int in
      let (y, x) = (at / width, at % width)
      let (cell, dy, dx) = (y / 12 * 4 + x / 13, y % 12 - 6, x % 13 - 6)
      let isCell = dy * dy + dx * dx < 25
      if isLabels { return isCell ? cell % most + 1 : 0 }
      return (isCell ? most / 2 + 1 : 0) + (y * 3 + x * 7 + x * y % 5) % (most / 2 + 1)
    }
    return Storage.Numbers(height: height, width: width, values: values, isLabels: isLabels)
  }

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
      Self.numbers(bits: storage.bits, isLabels: false), Self.numbers(bits: storage.bits, isLabels: true)
    )
    let imageFile = try folder.write(try storage.file(image), "image.\(storage.ending)")
    let pages = try ImageSequence.read(imageFile)
    try #require(pages.count == 1)
    #expect(pages[0].image.isGrey)
    #expect(pages[0].image.grey().pixels == image.values.map { Float($0) })
    #expect((pages[0].image.height, pages[0].image.width) == (image.height, image.width))
    let labelFile = try folder.write(try storage.file(labels), "labels.\(storage.ending)")
    let read = try ImageSequence.readLabels(labelFile)
    #expect(read.map(\.image.numbers) == [labels.values.map { UInt32($0) }])
  }
}
