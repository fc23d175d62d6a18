import UNetOptions

/// Where to run, as an experiment's `device` and a user spell it.
public enum DeviceChoice: Equatable, Sendable, CustomStringConvertible {
  /// `auto`: the best graphics card, else the processor by the CPU backend.
  case automatic
  /// `opencl`, `opencl:2`, `opencl:nvidia`: one of a kind.
  case of(DeviceKind, Which)

  /// Which of a kind's devices.
  public enum Which: Equatable, Sendable {
    /// The first that can be used.
    case best
    /// By its number in the list of devices.
    case numbered(Int)
    /// By a part of its name.
    case named(String)
  }

  /// `cpu`: the CPU backend.
  public static let cpu = DeviceChoice.of(.cpu, .best)

  /// What `text` spells, such as `opencl:nvidia`; nil where it is nothing.
  public init?(_ text: String) { self.init(text, among: DeviceKind.all) }

  /// The same with the words of `kinds`.
  package init?(_ text: String, among kinds: [DeviceKind]) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if text == "auto" {
      self = .automatic
    } else if let kind = kinds.first(where: { $0.word == parts[0] }) {
      guard parts.count == 2 else {
        self = .of(kind, .best)
        return
      }
      guard kind.example != nil, !parts[1].isEmpty else { return nil }
      self = .of(kind, Int(parts[1]).map(Which.numbered) ?? .named(parts[1]))
    } else {
      return nil
    }
  }

  /// As it is spelt: `auto`, `cpu`, `opencl:1`.
  public var description: String {
    switch self {
    case .automatic: "auto"
    case .of(let kind, .best): kind.word
    case .of(let kind, .numbered(let number)): "\(kind.word):\(number)"
    case .of(let kind, .named(let part)): "\(kind.word):\(part)"
    }
  }
}

extension DeviceChoice {
  /// One of the words of every kind.
  package static let optionType = OptionType<DeviceChoice>(
    alternatives(words { word, _ in ["\(word):NUMBER", "\(word):PART-OF-NAME"] }.map { "`\($0)`" }),
    write: { .text("\($0)") },
    read: { value in
      guard let choice = DeviceChoice(try value.text()) else {
        throw value.mismatch(spellings)
      }
      return choice
    })

  /// What it may be, with an example of each form.
  package static var spellings: String {
    alternatives(words { ["\($0):2 (its number)", "\($0):\($1) (a part of its name)"] })
  }

  /// `auto`, the word of each kind, and `several` of those with several devices, from the word and the example.
  private static func words(_ several: (String, String) -> [String]) -> [String] {
    ["auto"]
      + DeviceKind.all.reversed().flatMap { kind in
        [kind.word] + (kind.example.map { several(kind.word, $0) } ?? [])
      }
  }
}
