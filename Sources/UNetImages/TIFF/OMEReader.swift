import CImageFiles

/// Reads an `OMEDescription` element by element, by expat.
final class OMEReader {
  private(set) var document = OMEDescription()
  private let parser: XML_Parser
  private var isInID = false

  /// The document of this text; nil, where it is no XML or defines entities, which could make a short text very long.
  static func document(_ text: String) -> OMEDescription? {
    guard let parser = XML_ParserCreate(nil) else { return nil }
    defer { XML_ParserFree(parser) }
    let reader = OMEReader(parser)
    XML_SetUserData(parser, Unmanaged.passUnretained(reader).toOpaque())
    XML_SetElementHandler(parser, beginElement, endElement)
    XML_SetCharacterDataHandler(parser, readCharacters)
    XML_SetStartDoctypeDeclHandler(parser, refuseDefinitions)
    let status = text.utf8.withContiguousStorageIfAvailable { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        XML_Parse(parser, $0.baseAddress, Int32(clamping: $0.count), 1)
      }
    }
    return withExtendedLifetime(reader) { status == XML_STATUS_OK ? reader.document : nil }
  }

  private init(_ parser: XML_Parser) { self.parser = parser }

  fileprivate func stop() { XML_StopParser(parser, 0) }

  fileprivate func begin(_ element: Substring, _ attributes: [String: String]) {
    func number(_ name: String) -> Int? {
      attributes[name].flatMap { Int($0) }.map { min(max(0, $0), 1 << 31) }
    }
    switch element {
    case "OME": document.id = attributes["UUID"]
    case "Pixels":
      var series = OMEDescription.Series()
      series.order = attributes["DimensionOrder"] ?? series.order
      (series.depths, series.times) = (number("SizeZ") ?? 1, number("SizeT") ?? 1)
      series.channels = number("SizeC") ?? 1
      series.metadata = metadata(attributes)
      document.series.append(series)
    case "Channel": change { $0.samplesOfChannels.append(number("SamplesPerPixel") ?? 1) }
    case "TiffData":
      change {
        $0.blocks.append(
          .init(
            directory: number("IFD"), channel: number("FirstC") ?? 0, depth: number("FirstZ") ?? 0,
            time: number("FirstT") ?? 0, count: number("PlaneCount")))
      }
    case "UUID":
      isInID = true
      change { $0.changeLast { block in (block.file, block.id) = (attributes["FileName"], "") } }
    default: break
    }
  }

  fileprivate func end(_ element: Substring) { if element == "UUID" { isInID = false } }

  fileprivate func read(_ characters: String) {
    if isInID { change { $0.changeLast { block in block.id? += characters } } }
  }

  private func change(_ body: (inout OMEDescription.Series) -> Void) {
    if !document.series.isEmpty { body(&document.series[document.series.count - 1]) }
  }

  /// Pixels in a unit of length, as ImageJ has it: that of x, into which the other sizes are converted.
  private func metadata(_ attributes: [String: String]) -> PageMetadata {
    func positive(_ name: String) -> Double? {
      attributes[name].flatMap { Double($0) }.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    }
    func unit(_ axis: String) -> String { attributes["PhysicalSize\(axis)Unit"] ?? "µm" }
    func size(_ axis: String) -> Double? {
      positive("PhysicalSize\(axis)").flatMap { PageMetadata.length($0, of: unit(axis), in: unit("X")) }
    }
    var metadata = PageMetadata()
    metadata.frameInterval = positive("TimeIncrement").flatMap {
      PageMetadata.seconds($0, of: attributes["TimeIncrementUnit"] ?? "s")
    }
    guard let x = size("X"), let y = size("Y") else { return metadata }
    (metadata.xResolution, metadata.yResolution) = (1 / x, 1 / y)
    // Micrometres are ImageJ's microns.
    metadata.unit = ["µm", "μm"].contains(unit("X")) ? "micron" : unit("X")
    metadata.spacing = size("Z")
    return metadata
  }
}

extension OMEDescription.Series {
  fileprivate mutating func changeLast(_ body: (inout OMEDescription.Block) -> Void) {
    if !blocks.isEmpty { body(&blocks[blocks.count - 1]) }
  }
}

private func reader(_ pointer: UnsafeMutableRawPointer?) -> OMEReader? {
  pointer.map { Unmanaged<OMEReader>.fromOpaque($0).takeUnretainedValue() }
}

/// The name of an element without that of its space: `Pixels` of `ome:Pixels`.
private func name(_ text: UnsafePointer<XML_Char>?) -> Substring {
  text.map { String(cString: $0).split(separator: ":").last ?? "" } ?? ""
}

private func beginElement(
  _ data: UnsafeMutableRawPointer?, _ element: UnsafePointer<XML_Char>?,
  _ pairs: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
) {
  var attributes: [String: String] = [:]
  var at = 0
  while let key = pairs?[at], let value = pairs?[at + 1] {
    attributes[String(cString: key)] = String(cString: value)
    at += 2
  }
  reader(data)?.begin(name(element), attributes)
}

private func endElement(_ data: UnsafeMutableRawPointer?, _ element: UnsafePointer<XML_Char>?) {
  reader(data)?.end(name(element))
}

private func readCharacters(
  _ data: UnsafeMutableRawPointer?, _ text: UnsafePointer<XML_Char>?, _ count: Int32
) {
  let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
  reader(data)?.read(String(decoding: bytes, as: UTF8.self))
}

private func refuseDefinitions(
  _ data: UnsafeMutableRawPointer?, _ name: UnsafePointer<XML_Char>?, _ system: UnsafePointer<XML_Char>?,
  _ id: UnsafePointer<XML_Char>?, _ hasOwn: Int32
) {
  reader(data)?.stop()
}
