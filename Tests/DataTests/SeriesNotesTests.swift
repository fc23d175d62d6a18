import Foundation
import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("What is odd about series, strokes and folders within folders")
struct SeriesNotesTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func dataset(_ images: [Image], _ labels: [Image], _ kind: LabelKind) throws -> Dataset {
    for (at, (image, label)) in zip(images, labels).enumerated() {
      try folder.write([image], "i/t\(at).tif")
      try folder.write([label], "l/t\(at).tif")
    }
    let classes = kind == .classes ? 3 : nil
    return try Dataset(images: folder("i"), labels: folder("l"), .init(kind, classes: classes))
  }

  /// A bright square that starts at this column, on noise.
  private func square(at column: Int, seed: Int) -> Image {
    let grain = noise(64, 64, seed: UInt64(seed + 1)).pixels
    return grey(64, 64) { grain[$0] / 4 + (8..<24 ~= $0 / 64 && column..<column + 16 ~= $0 % 64 ? 150 : 0) }
  }

  @Test("frames that move little are alike; pictures of anything, and few, are not")
  func movies() throws {
    let labels = [Image](repeating: grey(64, 64) { $0 < 9 ? 0 : 1 }, count: 10)
    let moving = (0..<10).map { square(at: 4 * $0, seed: $0) }
    #expect(try dataset(moving, labels, .membranes).areAlike)
    // Each as bright as it likes.
    let flickering = moving.enumerated().map { at, image in
      grey(64, 64) { image.pixels[$0] * (at.isMultiple(of: 2) ? 0.5 : 1) }
    }
    #expect(try dataset(flickering, labels, .membranes).areAlike)
    let mixed = (0..<10).map { square(at: 4 * ($0 * 7 % 10), seed: $0) }
    #expect(try !dataset(mixed, labels, .membranes).areAlike)
    for name in ["i", "l"] { try FileManager.default.removeItem(atPath: folder(name)) }
    #expect(try !dataset(Array(moving.prefix(7)), labels, .membranes).areAlike)
  }

  @Test("thin strokes of classes where the image is alike are asked about, thick ones are not")
  func strokes() throws {
    func notes(_ label: (Int, Int) -> Float, partly: Set<Int> = [], bright: Bool = false) throws -> [String] {
      let labels = grey(64, 64) { label($0 / 64, $0 % 64) }
      let images = (0..<2).map { seed in
        let picture = square(at: 30, seed: seed)
        return bright ? grey(64, 64) { picture.pixels[$0] + (labels.pixels[$0] > 0 ? 90 : 0) } : picture
      }
      let set = try dataset(images, [labels, labels], .classes)
      return set.labelNotes(partlyAnnotated: partly)
        + [set.groundNote(learntFrom: [0, 1], partlyAnnotated: partly)]
        .compactMap(\.self)
    }
    let strokes: (Int, Int) -> Float = { y, x in
      50..<53 ~= y ? 1 : 12..<15 ~= y && 32..<44 ~= x ? 2 : 0
    }
    let note = try notes(strokes)
    #expect(note.count == 1, "\(note)")
    #expect(note.first?.hasPrefix(folder("l/t0.tif") + " and 1 more") == true)
    #expect(note.first?.hasSuffix("list all pages under data.partly-annotated") == true)
    #expect(try notes(strokes, partly: [0, 1]).isEmpty)
    #expect(try notes(strokes, bright: true).isEmpty)
    #expect(try notes { y, x in 50..<60 ~= y ? 1 : strokes(y, x) }.isEmpty)
    #expect(try notes { y, _ in 50..<53 ~= y ? 1 : 0 }.isEmpty)
  }

  @Test("annotated images in folders within a folder of images are noted, others are not")
  func inner() throws {
    let files = try EmptyFiles()
    let folder = files.folder
    try files.make(["i/a.tif", "i/deep/b.tif", "i/previews/a.tif", "l/a_mask.tif", "l/other/c.tif"])
    func notes(_ images: String, _ labels: String) throws -> [String] {
      try pairedFiles(images: folder(images), labels: folder(labels)).notes
    }
    #expect(try notes("i", "l").isEmpty)
    try files.make(["l/deep/b_mask.tif", "o/a.tif", "o/a_mask.tif", "o/x/b.tif", "o/x/b_mask.tif"])
    let note = "not read are 1 with labels in folders beside its images"
    for (images, labels, name) in [("i", "l", "deep/b"), ("o", "o", "x/b")] {
      let found = try notes(images, labels)
      #expect(found.count == 1 && found[0].hasPrefix("\(folder(images)): \(note)"), "\(found)")
      #expect(found[0].contains(": \(name); put all"))
    }
  }
}
