import Glibc
import UNetData
import UNetFiles
import UNetNumerics

extension Experiment {
  /// What is never trained on, and evaluated during training and after.
  package enum HoldOut: Equatable, Sendable {
    /// Nothing.
    case none
    /// Pages of a stack from 0, or numbers of a sequence's files (`PageNumbers`); ascending.
    case pages([Int])
    /// Image files that have one of these names, or match it as a glob where none has it: with or without the ending, and with
    /// as many folders as it has.
    case files([String])
    /// A part of the images.
    case part(Part)
    /// Another set with labels of the same kind, such as the other sequence of the Cell Tracking Challenge.
    case sequence(images: String, labels: String, partlyAnnotated: [Int])

    /// A part that is counted off: pages of a single stack in one piece, since neighbours are alike; of several files any, the
    /// same for every seed of a training, so that trainings with several can be compared.
    package enum Part: Equatable, Sendable {
      /// This share, at least one image.  Of a stack the last pages.
      case share(Double)
      /// So many.  Of a stack the last pages.
      case count(Int)
      /// Every n-th in natural order.
      case every(Int)
      /// One of several parts that are nearly equal and have all images between them, counted from 1.
      case fold(Int, of: Int)
    }
  }
}

extension Experiment.HoldOut {
  /// Which frames are held out, each given by its page, its image's file and, where that is another, its name.
  /// - Throws: `HoldOutError` where that cannot be, as all or none would be.
  package func holds(pages: [Int], files: [String], names: [String]? = nil) throws -> [Bool] {
    switch self {
    case .none, .sequence: return pages.map { _ in false }
    case .pages(let held): return pages.map(held.contains)
    case .files(let globs):
      let matches = globs.map { matching($0, files, names ?? files.map(Path.stem)) }
      let idle = zip(globs, matches).filter { !$1.contains(true) }.map(\.0)
      guard idle.isEmpty else {
        let all = Path.apart(files).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        // A folder's files may lie deeper.
        let deeper = idle.prefix(1).flatMap { glob in
          (1...4).map { glob + String(repeating: "/*", count: $0) }
        }
        let meant = deeper.first { matching($0, files, names ?? files.map(Path.stem)).contains(true) }
        throw HoldOutError(
          detail: ".files",
          problem:
            "matches no image: \(idle.joined(separator: ", ")); "
            + (meant.map { "do you mean '\($0)'?" } ?? "give names of them, or patterns: \(listed(all))")
        )
      }
      return files.indices.map { at in matches.contains { $0[at] } }
    case .part(let part):
      let units = files.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
      guard units.count > 1 else {
        let held = try part.places(of: files.count, order: nil)
        return files.indices.map(held.contains)
      }
      let held = try part.places(
        of: units.count, order: drawn(units.count), areStacks: units.count < files.count)
      let names = Set(held.map { units[$0] })
      return files.map(names.contains)
    }
  }

  /// Which files have this name; where none has, which match it as a glob.
  private func matching(_ glob: String, _ files: [String], _ names: [String]) -> [Bool] {
    let folders = glob.filter { $0 == "/" }.count
    let places = zip(files, names).map { file, name in
      [Path.name(file), Path.stem(file), name].map {
        (file.split(separator: "/").dropLast().suffix(folders) + [$0[...]]).joined(separator: "/")
      }
    }
    let areNamed = places.map { $0.contains(glob) }
    return areNamed.contains(true)
      ? areNamed : places.map { $0.contains { fnmatch(glob, $0, FNM_PATHNAME) == 0 } }
  }

  /// The numbers below `count` in an order drawn at random, always the same.
  private func drawn(_ count: Int) -> [Int] {
    let stream = RandomStream(seed: 1, stream: RandomUse.holdOut)
    return (0..<count).sorted { a, b in
      let (x, y) = (stream.bits(step: 0, index: a), stream.bits(step: 0, index: b))
      return x == y ? a < b : x < y
    }
  }
}

extension Experiment.HoldOut {
  /// Whether it lists pages.
  var namesPages: Bool { if case .pages = self { true } else { false } }
}

extension Experiment.HoldOut.Part {
  /// The places of what is held out among `count` images in natural order.  `order` is the one in which they are drawn; nil
  /// for pages of a stack.
  func places(of count: Int, order: [Int]?, areStacks: Bool = false) throws -> Set<Int> {
    let whole =
      areStacks ? "; a file is held out with all its pages: list pages to hold out some of them" : ""
    if let problem = problem(of: count, areStacks: areStacks) { throw HoldOutError(problem: problem + whole) }
    func first(_ held: Int) -> Set<Int> {
      order.map { Set($0.prefix(held)) } ?? Set(count - held..<count)
    }
    switch self {
    case .share(let share): return first(min(count - 1, max(1, Int((share * Double(count)).rounded()))))
    case .count(let held): return first(held)
    case .every(let step): return Set(stride(from: step - 1, to: count, by: step))
    case .fold(let fold, let folds):
      guard let order else { return Set((fold - 1) * count / folds..<fold * count / folds) }
      return Set(stride(from: fold - 1, to: count, by: folds).map { order[$0] })
    }
  }

  /// Why `count` images, or files of several, cannot be divided so; nil where they can.
  func problem(of count: Int, areStacks: Bool = false) -> String? {
    let images = counted(count, areStacks ? "file" : "image")
    switch self {
    case _ where count < 2:
      return "leaves no image to train on: there is \(images), so add more or hold out none"
    case .count(let held) where held >= count:
      return "leaves no image to train on: there are \(images), at most \(count - 1) can be held out"
    case .every(let step) where step > count:
      return "finds no image: there are \(images), give every: \(count) or less"
    case .fold(_, let folds) where folds > count:
      return "finds no image in some folds: there are \(images), give at most \(count) folds"
    case .share, .count, .every, .fold: return nil
    }
  }
}

/// Images that cannot be divided as `data.hold-out` says.
struct HoldOutError: Error, CustomStringConvertible {
  /// What follows the key, if more than a blank.
  var detail = ""
  let problem: String
  var description: String { problem }
}
