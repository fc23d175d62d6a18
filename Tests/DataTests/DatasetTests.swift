import Testing
import UNetData
import UNetImages

@Suite("Images with their labels")
struct DatasetTests {
  @Test("stacks pair page by page")
  func stacks() throws {
    try withFolder { folder in
      let images = try put((0..<3).map { n in grey(4, 5) { Float($0 + n) } }, "volume.tif", in: folder)
      let labels = try put(
        (0..<3).map { n in grey(4, 5) { $0 % 5 == n ? 0 : 255 } }, "labels.tif", in: folder)
      let frames = try Dataset.load(images: images, labels: labels, kind: .membranes)
      #expect(frames.map(\.page) == [0, 1, 2] && frames.map(\.name) == ["volume", "volume", "volume"])
      for (n, frame) in frames.enumerated() {
        #expect(frame.image.pixels[0] == Float(n) && frame.annotation?.classes[n] == 0)
      }
      #expect(try Dataset.load(images: images).allSatisfy { $0.annotation == nil })
    }
  }

  @Test("sequences pair by the last number in the name; images without labels are left out")
  func sequences() throws {
    try withFolder { folder in
      for n in [0, 2, 10, 11] { try put([grey(2, 3) { _ in Float(n) }], "01/t0\(n).tif", in: folder) }
      for n in [10, 2] {
        try put([grey(2, 3, .uint16) { $0 == 0 ? Float(n) : 0 }], "01_GT/man_seg\(n).tif", in: folder)
      }
      let frames = try Dataset.load(
        images: "\(folder)/01", labels: "\(folder)/01_GT/man_seg*.tif", kind: .instances,
        partlyAnnotated: [10])
      #expect(frames.map(\.page) == [2, 10] && frames.map(\.name) == ["t02", "t010"])
      #expect(frames.map { $0.image.pixels[0] } == [2, 10])
      #expect(frames.map { $0.annotation?.instances?[0] } == [2, 10])
      #expect(frames.map { $0.annotation?.classes[1] } == [0, -1])
    }
  }

  @Test("files of equal names pair by name, numbers or not")
  func names() throws {
    try withFolder { folder in
      for (n, name) in ["left_1", "right_1", "spare"].enumerated() {
        try put([grey(1, 2) { _ in Float(n) }], "images/\(name).png", in: folder)
        if n < 2 { try put([grey(1, 2) { Float($0) }], "labels/\(name).tif", in: folder) }
      }
      let frames = try Dataset.load(images: "\(folder)/images", labels: "\(folder)/labels", kind: .classes)
      #expect(frames.map(\.name) == ["left_1", "right_1"] && frames.map { $0.image.pixels[0] } == [0, 1])
    }
  }

  @Test("what does not fit together is named on both sides")
  func misfits() throws {
    try withFolder { folder in
      let page = grey(4, 4) { Float($0) }
      try put([page, page], "two.tif", in: folder)
      try put([page], "one.tif", in: folder)
      try put([grey(4, 5) { Float($0) }], "wide.tif", in: folder)
      try put([grey(4, 4) { _ in 0 }, grey(4, 4) { _ in 0 }], "blank.tif", in: folder)
      try put([page], "a/t1.tif", in: folder)
      try put([page], "a/u1.tif", in: folder)
      try put([page], "b/t1.tif", in: folder)
      try put([page], "c/s1.tif", in: folder)
      try put([page], "c/s7.tif", in: folder)
      try put([page], "d/x.tif", in: folder)
      func loading(_ images: String, _ labels: String) -> String {
        complaint(in: folder) {
          _ = try Dataset.load(images: "\(folder)/\(images)", labels: "\(folder)/\(labels)", kind: .membranes)
        }
      }
      #expect(
        loading("two.tif", "one.tif") == "one.tif has 1 page, two.tif 2: give one label page for each image")
      #expect(
        loading("one.tif", "wide.tif")
          == "wide.tif is 4×5 in page 0, one.tif 4×4: give labels of the image's size")
      #expect(
        loading("two.tif", "blank.tif")
          == "blank.tif holds labels with no cell: give labels that are not 0 everywhere")
      #expect(loading("b", "c") == "c/s7.tif has no image: none in b has the number 7")
      #expect(
        loading("a", "c")
          == "a/t1.tif and a/u1.tif have the same number, 1: give each image a number of its own")
      #expect(
        loading("b", "d")
          == "b/x.tif has no number in its name: images and labels pair by equal names or by number"
          || loading("b", "d")
            == "d/x.tif has no number in its name: images and labels pair by equal names or by number"
      )
      #expect(loading("one.tif", "none.tif") == "none.tif does not exist")
    }
  }
}
