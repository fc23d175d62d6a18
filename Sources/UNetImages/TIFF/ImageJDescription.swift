/// What ImageJ, or ImageJ2 by SCIFIO, writes into the description of a TIFF: a line for each key.
struct ImageJDescription {
  /// As many channels as ImageJ shows together.  Programs that write a stack without saying what its axes are call its
  /// images channels; of more than this they are images.
  private static let mostChannels = 8
  private let values: [Substring: Substring]

  /// Nil where the text is not ImageJ's.
  init?(_ text: String) {
    guard text.hasPrefix("ImageJ=") || text.hasPrefix("SCIFIO=") else { return nil }
    let lines = text.split(whereSeparator: \.isNewline).compactMap { line -> (Substring, Substring)? in
      guard let sign = line.firstIndex(of: "=") else { return nil }
      return (line[..<sign], line[line.index(after: sign)...])
    }
    values = Dictionary(lines) { first, _ in first }
  }

  /// The planes of a file of so many directories, whose pixels have `samples` numbers.
  func axes(directories: Int, samples: Int) -> PageAxes {
    let axes = PageAxes(
      axes: planeAxes.map { ($0.name == "C" && !areChannels(samples) ? "I" : $0.name, $0.length) })
    let (planes, images) = (axes.planeCount, number("images"))
    // A composite of three channels is written as RGB: its channels are the samples of a pixel.
    let isRGB = samples > 1 && images ?? planes == directories * samples
    guard !isRGB, let count = images ?? (planes == directories ? planes : planes == nil ? .max : nil) else {
      return PageAxes(axes: [("I", directories)])
    }
    // A stack whose other numbers do not fit is a stack of images; so it opens in ImageJ.
    return count == planes ? axes : PageAxes(axes: [("I", count)])
  }

  /// The axes that are not in a plane, the slowest first: SCIFIO says their order, the fastest first.
  private var planeAxes: [(name: Character, length: Int)] {
    let (T, Z) = (("T" as Character, number("frames") ?? 1), ("Z" as Character, number("slices") ?? 1))
    let C = ("C" as Character, number("channels") ?? 1)
    guard let axes = values["axes"]?.split(separator: ","),
      let lengths = values["lengths"]?.split(separator: ",").compactMap({ Int(clamped: $0) }),
      axes.count == lengths.count
    else { return [T, Z, C] }
    let names: [Substring: Character] = ["Channel": "C", "Z": "Z", "Time": "T"]
    return zip(axes, lengths).filter { !["X", "Y"].contains($0.0) }.reversed()
      .map { (names[$0] ?? "I", max(1, $1)) }
  }

  /// Whether its channels are channels.  Its pictures in colour have none beside their samples.
  private func areChannels(_ samples: Int) -> Bool {
    samples == 1 && number("channels") ?? 1 <= Self.mostChannels
  }

  /// Whether its channels may be images for whose axes the writer had no name: channels that ImageJ made are shown
  /// together or in their colours.
  var mayMeanImages: Bool { values["mode"] == "grayscale" && values["axes"] == nil }

  /// The length that resolutions and spacing are counted in.
  var unit: String? { values["unit"].map(String.init) }
  /// That of resolutions along y, where it is another.
  var unitOfY: String? { values["yunit"].map(String.init) }
  /// The distance of slices in `unit`s; nil where its own unit cannot be converted.
  var spacing: Double? {
    guard let number = values["spacing"].flatMap({ Double($0) }) else { return nil }
    guard let own = values["zunit"].map(String.init) else { return number }
    return PageMetadata.length(number, of: own, in: unit ?? own)
  }
  /// Seconds from frame to frame.
  var frameInterval: Double? {
    values["finterval"].flatMap { Double($0) }.flatMap {
      PageMetadata.seconds($0, of: values["tunit"].map(String.init) ?? "sec")
    }
  }

  private func number(_ key: Substring) -> Int? { values[key].flatMap(Int.init(clamped:)).map { max(1, $0) } }
}

extension Int {
  /// A whole number; the largest `Int` where it is larger.
  init?(clamped digits: some StringProtocol) {
    guard let number = Int(digits) ?? (digits.allSatisfy { "0"..."9" ~= $0 } && !digits.isEmpty ? .max : nil)
    else { return nil }
    self = number
  }
}
