import UNetFiles
import UNetNumerics

/// Float32 tensors by name, each made when it is asked for: those of a large network are never in memory together.
///
/// They lie in a file or on a device.
package struct NamedTensors {
  /// Makes a tensor: gives `take` its elements, the first axis outermost, in as many pieces as it likes.
  package typealias Elements = (_ take: ([Float]) throws -> Void) throws -> Void
  private typealias Entry = (shape: Shape, elements: Elements)
  private var entries: [String: Entry] = [:]

  /// None yet.
  package init() {}

  /// Adds a tensor of this shape, which `elements` makes whenever it is asked for.
  package mutating func add(_ name: String, _ shape: Shape, _ elements: @escaping Elements) {
    entries[name] = (shape, elements)
  }

  /// The tensor called `name`; nil where there is none.
  /// - Throws: the errors of where it lies.
  package subscript(name: String) -> Tensor? {
    get throws {
      guard let entry = entries[name] else { return nil }
      var elements: [Float] = []
      try entry.elements { piece in
        if elements.isEmpty { elements = piece } else { elements += piece }
      }
      return Tensor(entry.shape, elements)
    }
  }

  /// The shape of the tensor called `name`; nil where there is none.
  package func shape(of name: String) -> Shape? { entries[name]?.shape }

  /// Names in the order of their UTF-8 bytes, the same in every locale.
  package var names: [String] { entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

  /// Those whose names `isIncluded` accepts.
  package func filter(_ isIncluded: (String) -> Bool) -> NamedTensors {
    var result = self
    result.entries = entries.filter { isIncluded($0.key) }
    return result
  }

  /// The same tensors, whose elements are shown to `check` whenever they are made.
  package func checked(_ check: @escaping (_ name: String, [Float]) throws -> Void) -> NamedTensors {
    var result = self
    for (name, entry) in entries {
      result.add(name, entry.shape) { take in
        try entry.elements { piece in
          try check(name, piece)
          try take(piece)
        }
      }
    }
    return result
  }
}

extension NamedTensors {
  /// Writes a `safetensors` file, whole or not at all, with the tensors in the order of their names.
  ///
  /// With `sealed`, its metadata have their `Seal`.
  /// - Throws: `FileError`, and the errors of where the tensors lie.
  package func write(
    to path: String, metadata: [String: String], sealed: Bool = false, replacing: Bool = true
  ) throws {
    let open = sealed ? [Seal.key: Seal.blank] : [:]
    let header = SafetensorsHeader.text(
      metadata: metadata.merging(open) { $1 }, shapes: sorted.map { ($0.name, $0.entry.shape) })
    try AtomicFile.write(to: path, replacing: replacing) { file in
      try withUnsafeBytes(of: UInt64(header.count).littleEndian, file.write)
      try file.write(header)
      let seal = sealed ? Seal.begun(metadata) : nil
      try digest(into: seal) { try file.write($0) }
      guard let seal, let place = Seal.place(in: header) else { return }
      try Array(seal.finish().utf8).withUnsafeBytes { try file.write($0, at: 8 + place) }
    }
  }

  /// The SHA-256 of the tensors: in the order of their names, each name, its rank and extents (eight bytes
  /// each, little-endian), and its elements' bytes.
  /// - Throws: the errors of where the tensors lie.
  package func digest() throws -> String {
    let digest = SHA256()
    try self.digest(into: digest)
    return digest.finish()
  }

  /// Adds the tensors to `digest`, if there is one, and gives the bytes of their elements to `take` as well.
  func digest(into digest: SHA256?, _ take: (UnsafeRawBufferPointer) throws -> Void = { _ in }) throws {
    for (name, entry) in sorted {
      digest?.update(Array(name.utf8) + [0])
      let extents = ([entry.shape.extents.count] + entry.shape.extents).map { Int64($0).littleEndian }
      extents.withUnsafeBytes { digest?.update($0) }
      try entry.elements { piece in
        try piece.withUnsafeBytes {
          digest?.update($0)
          try take($0)
        }
      }
    }
  }

  private var sorted: [(name: String, entry: Entry)] {
    names.compactMap { name in entries[name].map { (name, $0) } }
  }
}
