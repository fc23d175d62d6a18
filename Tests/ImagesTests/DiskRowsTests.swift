import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Pages whose numbers lie on the disk are the pages that memory holds.
@Suite struct DiskRowsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func page(_ path: String, onDisk: Bool) throws -> StoredPage {
    try PageFile(channels: [path], spare: onDisk ? SparePlace(for: folder("result"), least: 0) : nil).page(0)
  }

  @Test("rows from the disk are those from memory, in every way to store them", arguments: Storage.all)
  func rowsAreTheSame(storage: Storage) throws {
    let path = try storage.write(in: folder).image
    let (held, spilled) = (try page(path, onDisk: false), try page(path, onDisk: true))
    #expect((held.height, held.width, held.channels) == (spilled.height, spilled.width, spilled.channels))
    #expect(held.isWhole == spilled.isWhole && held.rows.channels == spilled.rows.channels)
    let height = held.height
    for rows in [0..<height, 0..<1, height / 3..<height / 2, height - 1..<height] {
      #expect(held.rows.values(rows: rows) == spilled.rows.values(rows: rows), "\(storage) \(rows)")
    }
    #expect(held.rows.hasEqualChannels == spilled.rows.hasEqualChannels)
    #expect(held.image() == spilled.image())
    try spilled.check()
    // The file of the numbers has no name.
    #expect(try folder.names.allSatisfy { $0.hasPrefix("image.") || $0.hasPrefix("labels.") })
  }

  @Test func aValueThatIsNoneIsToldWithItsPlace() throws {
    var values = [Float](repeating: 1, count: 12 * 9)
    values[7 * 9 + 4] = .nan
    let image = Image(height: 12, width: 9, format: .float32, pixels: values)
    let path = try folder.write([image], "nan.tif")
    for onDisk in [false, true] {
      let text = complaint(in: folder) { _ = try page(path, onDisk: onDisk) }
      #expect(text == "nan.tif has NaN in page 0 at row 7, column 4: give images of finite values")
    }
  }
}
