import UNetFiles

/// Where the numbers of a page stand in a TIFF.
struct TIFFPlan {
  /// A plane: a directory's page, or one that lies behind it without a directory of its own.
  struct Plane: Equatable {
    /// The place of the directory in the file.
    let directory: Int
    /// How many planes lie between the directory's own and this one, plus 1; 0: it is the directory's own.
    var behind = 0
    /// The only one of its planes of samples that is meant; nil: all of them.
    var sample: Int?
  }

  /// The planes of each page, by channel.
  private(set) var pages: [[Plane]]
  /// The pages if every plane is one; nil where the file says which planes are channels, or none may be.
  private(set) var planes: [[Plane]]?
  /// What the file's description says of its pages; empty, or an entry each.
  private(set) var metadata: [PageMetadata] = []
  /// The frames and slices that the pages are; nil where nothing says so.
  private(set) var stack: StackShape?
  /// The unit of resolutions along y, where it is not that of the metadata.
  private(set) var unitOfY: String?
  /// Palettes that rise with the numbers are tables to show grey values by, as ImageJ has them.
  private(set) var hasDisplayTables = false

  /// Finds the pages of a file.
  /// - Throws: `PageError` where its description promises pages that it does not have.
  init(_ structure: TIFFStructure, _ directories: [TIFFStructure.Directory], file: FileReader) throws {
    let finder = TIFFPlaneFinder(structure: structure, directories: directories, file: file)
    let own = try finder.pageDirectories()
    let text = try own.first.flatMap(finder.description) ?? ""
    if OMEDescription.matches(text), let ome = try finder.omePages(text) {
      pages = ome.pages.map { $0.map { Plane(directory: directories[$0].place) } }
      metadata = ome.metadata
      stack = ome.axes.flatMap { StackShape($0.axes, count: ome.pages.count) }
      if OMEDescription.mayMeanImages(text) { planes = pages.flatMap { $0.map { [$0] } } }
    } else if let imageJ = ImageJDescription(text) {
      let axes = imageJ.axes(directories: own.count, samples: try finder.samples(of: own[0]))
      pages = try finder.pages(axes, of: own[...], by: "ImageJ") ?? own.map { [Plane(directory: $0.place)] }
      metadata = pages.map { _ in imageJ.metadata }
      (stack, unitOfY) = (StackShape(axes.axes, count: pages.count), imageJ.unitOfY)
      hasDisplayTables = true
      if imageJ.mayMeanImages { planes = pages.flatMap { $0.map { [$0] } } }
    } else {
      (pages, planes) = try finder.plainPages(own)
      // Samples that are pages follow each other as they are stored.
      let isSplit = pages.first?.first?.sample != nil
      stack =
        isSplit ? nil : ShapedDescription(text)?.axes.flatMap { StackShape($0.axes, count: pages.count) }
    }
    if planes?.count == pages.count { planes = nil }
  }
}

extension TIFFPlan {
  /// Makes every plane a page.
  mutating func split() {
    guard let planes else { return }
    metadata = metadata.first.map { [PageMetadata](repeating: $0, count: planes.count) } ?? []
    (pages, self.planes, stack) = (planes, nil, nil)
  }
}

extension ImageJDescription {
  fileprivate var metadata: PageMetadata {
    var metadata = PageMetadata()
    (metadata.unit, metadata.spacing, metadata.frameInterval) = (unit, spacing, frameInterval)
    return metadata
  }
}
