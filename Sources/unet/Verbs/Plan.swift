import ArgumentParser
import UNetConfiguration
import UNetData
import UNetExperiments
import UNetFiles
import UNetPlanning

/// `unet plan`
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Looks at images with labels, and writes an experiment for them, a device and a time.",
    discussion: """
      Finds images and labels in the folder (folders images and labels, two stacks, images beside their labels, nnU-Net, DSB 2018, \
      sequences of the Cell Tracking Challenge), looks at their sizes and at the cells, tries some steps on the device, and writes \
      an experiment that fits the time, with a reason for each value. Change it as you like; Documentation/experiments.md has every key.

      EXAMPLES
        unet plan cells --minutes 30
        unet train cells/experiment.yaml
      """)

  @Argument(help: "The folder that has images and labels.", completion: .directory) var data: String
  @Option(help: "The images in it, a file, folder or glob. (default: found by their names)") var images:
    String?
  @Option(help: "The labels in it.") var labels: String?
  @Option(help: "What the labels mean: membranes, instances or classes. (default: what their numbers say)")
  var kind: LabelKind?
  @Option(number: "Minutes that the training may take.") var minutes = 30.0
  @Option(help: "The experiment's name, and the name of its run. (default: the folder's)") var name: String?
  @OptionGroup var device: DeviceOption
  @Option(
    help: "The file to write. (default: experiment.yaml in the folder)",
    completion: .file(extensions: ["yaml", "yml"]))
  var output: String?
  @Flag(help: "Replace a file that is there.") var overwrite = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard minutes.isFinite, minutes > 0, minutes <= 100_000 else {
      throw ValidationError("--minutes \(minutes): give a number above 0 and up to 100000, such as 30")
    }
    guard (images == nil) == (labels == nil) else {
      throw ValidationError("--images and --labels belong together: give both, or none")
    }
  }

  func run() throws {
    let file = output ?? Path.join(data, "experiment.yaml")
    let sets =
      try images.map { images in [try FoundSet(images: images, labels: labels ?? "", in: data)] }
      ?? foundSets(in: data)
    let inputs = sets.flatMap(\.pairs).flatMap { $0.images + $0.labels }
    try Outputs(of: inputs, overwrite: overwrite).check([file])
    try AtomicFile.check(file)
    if let name, name.contains("/") || name.hasPrefix(".") || name.isEmpty {
      throw ValidationError("--name \(name): give a folder's name, without / and not with . in front")
    }
    Interruption.watch()
    let facts = try Console.heard("looking at the images") {
      try DataFacts(sets[0], other: sets.count > 1 ? sets[1] : nil, in: data, kind: kind)
    }
    for note in facts.notes { say("note: \(note)") }
    for pair in sets.flatMap(\.pairs) {
      Console.logger.debug(
        "\(pair.images.joined(separator: ", ")), with \(pair.labels.joined(separator: ", "))")
    }
    if images == nil,
      let others = try Console.heard("looking for images", { try otherImages(in: data, than: sets) })
    {
      say(
        "note: \(sets[0].images) is planned for; \(others) has images with labels as well, which are left out: name what you mean by "
          + "--images and --labels, or plan for that folder")
    }
    let backend = try device.open()
    // Paths start from the experiment's folder.
    let isInside = Path.real(Path.folder(of: file)) == Path.real(data)
    let root = DataRoot(isInside ? data : nil, experiment: file, home: EnvironmentVariable.home)
    let planner = Planner(root: root, minutes: minutes, observer: Console.observer())
    let path = { (name: String) in
      isInside ? name : name == "." ? Path.real(data) : Path.join(Path.real(data), name)
    }
    let (plan, cost) = try Console.heard("trying steps") {
      try planner.plan(facts, name: name ?? Path.name(Path.real(data)), path: path, on: backend)
    }
    let experiment = try plan.experiment()
    let head = "# By `unet plan`, for \(text(minutes)) minutes on \(backend.name).\n"
    try AtomicFile.write(head + plan.yaml, to: file, replacing: overwrite)
    print(plan.yaml, terminator: "")
    let time = cost.seconds(steps: experiment.training.steps) / 60
    print(
      "about \(minutesText(time)) and \(cost.bytes / 1_000_000) MB on \(backend.name)")
    let elsewhere = isInside && EnvironmentVariable.data.value.map { !$0.isEmpty } == true
    printLine(
      "\(file)  next: unet train \(Path.quoted(file))\(elsewhere ? " --data \(Path.quoted(data))" : "")"
        + (device.device.map { " --device \($0)" } ?? ""))
  }

  private func minutesText(_ minutes: Double) -> String {
    let tenths = (10 * minutes).rounded() / 10
    return "\(text(tenths)) \(tenths == 1 ? "minute" : "minutes")"
  }

  private func text(_ number: Double) -> String {
    number == number.rounded() ? "\(Int(number))" : "\(number)"
  }
}
