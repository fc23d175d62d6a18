import UNetFiles

/// Where the numbers of a page stand in a TIFF.
struct TIFFPlan {
  /// A plane: a directory's page, or one that lies behind it without a directory of its own.
  struct Plane: Equatable {
    /// The place of the directory in the file.
    let directory: Int
    /// How many planes lie between the directory's own and this one, plus 1; 0: it is the directory's own.
    var behind = 0
  }

  /// The planes of each page, by channel.
  let pages: [[Plane]]
  /// What the file's description says of its pages; empty, or an entry each.
  private(set) var metadata: [PageMetadata] = []
  /// Palettes that rise with the numbers are tables to show grey values by, as ImageJ has them.
  private(set) var hasDisplayTables = false

  /// Finds the pages of a file.
  /// - Throws: `PageError` where its description promises pages that it does not have.
  init(_ structure: TIFFStructure, places: [Int], file: FileReader) throws {
    let finder = TIFFPlaneFinder(structure: structure, places: places, file: file)
    let own = try finder.pagePlaces()
    let text = try own.first.flatMap { try finder.description(at: $0) } ?? ""
    if OMEDescription.matches(text), let ome = try finder.omePages(text) {
      pages = ome.pages.map { $0.map { Plane(directory: places[$0]) } }
      metadata = ome.metadata
    } else if let imageJ = ImageJDescription(text) {
      let axes = imageJ.axes(directories: own.count, samples: try finder.samples(at: own[0]))
      pages = try finder.pages(axes, of: own[...], by: "ImageJ") ?? own.map { [Plane(directory: $0)] }
      metadata = pages.map { _ in imageJ.metadata }
      hasDisplayTables = true
    } else {
      pages = try finder.plainPages(own)
    }
  }
}

extension ImageJDescription {
  fileprivate var metadata: PageMetadata {
    var metadata = PageMetadata()
    (metadata.unit, metadata.spacing, metadata.frameInterval) = (unit, spacing, frameInterval)
    return metadata
  }
}
