import CImageFiles
import UNetFiles

/// An open TIFF, whose pages are read by libtiff when they are asked for.
final class TIFFFile: PageSource {
  private let file: FileReader
  private let disk: UnsafeMutablePointer<DiskFile>
  private let tiff: OpaquePointer
  private let structure: TIFFStructure
  private var plan: TIFFPlan
  private let spare: SparePlace?
  private var current = -1

  init(_ file: FileReader, _ spare: SparePlace? = nil) throws {
    (self.file, self.spare) = (file, spare)
    disk = .allocate(capacity: 1)
    disk.initialize(to: DiskFile(file))
    guard let tiff = tiffOpenToRead(disk) else {
      let failure = disk.pointee.failure(of: file)
      disk.deallocate()
      throw failure ?? DataError(file.path, "is not a TIFF image, or is damaged: \(TIFFCodec.complaint)")
    }
    self.tiff = tiff
    do {
      (structure, plan) = try TIFFFile.plan(of: file)
    } catch {
      TIFFClose(tiff)
      disk.deallocate()
      throw error
    }
  }

  deinit {
    TIFFClose(tiff)
    disk.deallocate()
  }

  var count: Int { plan.pages.count }
  var planeCount: Int? { plan.planes?.count }
  func splitPlanes() { plan.split() }
  var stack: StackShape? { plan.stack }

  var isOwn: Bool {
    guard let place = plan.pages.first?.first?.directory else { return false }
    return (try? structure.text(structure.directory(at: place)?[TIFFTAG_SOFTWARE])) == WRITTEN_BY
  }

  func page(_ number: Int) throws -> StoredPage {
    var page: StoredPage
    do {
      let planes = plan.pages[number]
      // Several are joined in memory.
      page = try StoredPage(channels: planes.map { try self.page(of: $0, planes.count == 1 ? spare : nil) })
    } catch {
      throw disk.pointee.failure(of: file) ?? error
    }
    if !plan.metadata.isEmpty { page.metadata.add(plan.metadata[number], unitOfY: plan.unitOfY) }
    return page
  }

  func pixels(of number: Int) -> Int? {
    guard let place = plan.pages[number].first?.directory,
      let directory = try? structure.directory(at: place),
      let width = try? structure.number(directory[TIFFTAG_IMAGEWIDTH]),
      let height = try? structure.number(directory[TIFFTAG_IMAGELENGTH])
    else { return nil }
    return width <= Int32.max && height <= Int32.max ? width * height : nil
  }

  private static func plan(of file: FileReader) throws -> (TIFFStructure, TIFFPlan) {
    let structure = try TIFFStructure { place, count in
      try file.bytes(at: min(place, file.size), count: min(count, file.size - min(place, file.size)))
    }
    guard let structure else { throw DataError(file.path, "is not a TIFF image: its header is no TIFF's") }
    let (directories, broken) = try structure.directories()
    if let broken {
      throw DataError(file.path, "is damaged after page \(directories.count - 1): \(broken)")
    }
    do {
      return (structure, try TIFFPlan(structure, directories, file: file))
    } catch let error as PageError {
      throw DataError(file.path, error.problem)
    }
  }

  private func page(of plane: TIFFPlan.Plane, _ spare: SparePlace?) throws -> StoredPage {
    tiffForgetErrors()
    if current != plane.directory {
      current = -1
      guard TIFFSetSubDirectory(tiff, UInt64(plane.directory)) == 1 else {
        throw PageError(problem: "is damaged: \(TIFFCodec.complaint)")
      }
      current = plane.directory
    }
    var page = try TIFFPage(tiff)
    if plan.hasDisplayTables, case .palette(let palette) = page.colours, palette.isRising {
      page.colours = .grey
    }
    if let sample = plane.sample { (page.layout.kept, page.colours) = ([sample], .grey) }
    // What libtiff says of fields that are not read is no matter of the pixels.
    tiffForgetErrors()
    let directory = try structure.directory(at: plane.directory)
    var stored: StoredPage
    if plane.behind > 0 {
      stored = try self.page(page, directory, behind: plane.behind)
    } else {
      try requireBlocks(directory)
      // A page that is turned is turned in memory.
      if page.orientation == 1, !page.isYCbCr, let spare {
        stored = try spare.page(page.layout, blocks: blockRows) { try numbers(page, $0) }
      } else {
        stored = try page.isYCbCr ? colours(page) : numbers(page)
      }
    }
    guard tiffError().pointee == 0 else { throw PageError(problem: "is damaged: \(TIFFCodec.complaint)") }
    stored.metadata = page.metadata
    return stored.upright(page.orientation)
  }

  /// Makes sure that the file lists a place for every strip or tile; libtiff takes those that are not listed for the
  /// file's beginning.
  private func requireBlocks(_ directory: TIFFStructure.Directory?) throws {
    let needed = TIFFIsTiled(tiff) != 0 ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff)
    // Old JPEG files may name the place of their one picture by another field.
    guard let listed = directory?[TIFFTAG_STRIPOFFSETS]?.count ?? directory?[TIFFTAG_TILEOFFSETS]?.count
    else { return }
    guard listed >= Int(needed) else {
      throw PageError(problem: "is damaged: it lists \(listed) of its \(needed) parts")
    }
  }

  /// The rows of a strip or a tile, which are decoded together.
  private var blockRows: Int {
    Int(tiffLong(tiff, UInt32(TIFFIsTiled(tiff) != 0 ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP)))
  }

  private func numbers(_ page: TIFFPage, _ disk: DiskRows? = nil) throws -> StoredPage {
    let blocks = TIFFCodedBlocks(
      tiff: tiff, page: page.layout, expansion: page.expansion, fileBytes: file.size)
    return try page.stored(
      SampleAssembly(page: page.layout, blocks: blocks, disk: disk), isSwapped: false)
  }

  private func page(_ page: TIFFPage, _ directory: TIFFStructure.Directory?, behind: Int) throws -> StoredPage
  {
    guard let first = try structure.number(directory?[TIFFTAG_STRIPOFFSETS]) else {
      throw PageError(problem: "is damaged: it ends too early")
    }
    let layout = page.layout
    let blocks = PlainBlocks(file: file, page: layout, place: first + behind * layout.bytes)
    let isSwapped = structure.isBigEndian != (UInt16(1).bigEndian == 1)
    return try page.stored(SampleAssembly(page: page.layout, blocks: blocks), isSwapped: isSwapped)
  }

  /// A page in JPEG's colours as RGB.
  private func colours(_ page: TIFFPage) throws -> StoredPage {
    guard page.layout.type == SampleType(kind: .unsigned, bits: 8), page.layout.samples == 3 else {
      throw PageError(problem: "is stored in YCbCr colours of an unusual kind: save it as grey or RGB")
    }
    if page.compression == COMPRESSION_JPEG && page.layout.planes == 1 {
      _ = tiffSet(tiff, UInt32(TIFFTAG_JPEGCOLORMODE), UInt32(JPEGCOLORMODE_RGB))
      return try numbers(page)
    }
    return try subsampledColours(page)
  }

  private func subsampledColours(_ page: TIFFPage) throws -> StoredPage {
    let (height, width) = (page.layout.height, page.layout.width)
    let count = height * width
    guard count / page.expansion <= file.size else {
      throw PageError(problem: "is damaged: it ends too early")
    }
    try requireMemory(count * 7)
    var pixels = [UInt32](repeating: 0, count: count)
    let corner = Int32(page.orientation)
    guard
      TIFFReadRGBAImageOriented(tiff, UInt32(width), UInt32(height), &pixels, corner, 1) == 1
    else { throw PageError(problem: "is damaged: \(TIFFCodec.complaint)") }
    let values = pixels.flatMap { [UInt8($0 & 255), UInt8($0 >> 8 & 255), UInt8($0 >> 16 & 255)] }
    return StoredPage(
      height: height, width: width, channels: 3, samples: .uint8(values), bits: 8, colours: .rgb,
      isExact: page.isExact)
  }
}

extension TIFFPage {
  fileprivate func stored(_ assembly: SampleAssembly, isSwapped: Bool) throws -> StoredPage {
    StoredPage(
      height: layout.height, width: layout.width, channels: layout.kept.count,
      samples: try layout.type.samples(assembly, isSwapped: isSwapped), disk: assembly.disk,
      bits: layout.type.bits, colours: colours, isExact: isExact)
  }
}
