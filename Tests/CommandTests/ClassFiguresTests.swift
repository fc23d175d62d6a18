import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Figures of each class, from files and from a run.
@Suite struct ClassFiguresTests {
  @Test func filesOfClassNumbersAreComparedClassByClass() throws {
    let folder = try TemporaryFolder()
    let rows: [Float] = [0, 1, 2, 255]
    let truth = try folder.write([grey(4, 4) { rows[$0 / 4] }], "truth.tif")
    let labels = try folder.write(
      [grey(4, 4) { $0 == 9 || $0 == 11 ? 1 : min(rows[$0 / 4], 3) }], "labels.png")
    let outcome = try UnetCommand.run(
      "evaluate", "--truth", truth, "--prediction", labels, "--kind", "classes", "--metrics", "dice", "--json"
    )
    let figures = try outcome.figures()
    #expect(
      figures == [
        "iou-1": 0.6666666666666666, "dice-1": 0.8, "iou-2": 0.5, "dice-2": 0.6666666666666666,
        "mean-iou": 0.5833333333333333, "mean-dice": 0.7333333333333334,
      ], "\(outcome.messages)")
    let names = ["judged", "iou-1", "dice-1", "iou-2", "dice-2", "mean-iou", "mean-dice"]
    let lines = outcome.output.split(separator: "\n").dropFirst().dropLast()
    #expect(zip(lines, names).allSatisfy { $0.hasPrefix("  \"\($1)\": ") } && lines.count == names.count)
  }

  @Test func aRunOfThreeClassesLogsTheFiguresOfItsLabels() throws {
    let tiny = try TinyExperiment(steps: 200)
    let folder = tiny.folder
    // Cells of the right half are of a class of their own.
    let labels = try ImageFile.read(folder("labels.tif")).map { page in
      grey(page.height, page.width) { page.pixels[$0] == 0 ? 0 : $0 % page.width < page.width / 2 ? 1 : 2 }
    }
    try folder.write(labels, "labels.tif")
    try folder.write([ImageFile.read(folder("images.tif"))[2]], "held.tif")
    try folder.write([labels[2]], "truth.tif")
    try folder.write(
      folder.text("experiment.yaml").replacingOccurrences(of: "kind: membranes", with: "kind: classes")
        .replacingOccurrences(of: "{levels: 2,", with: "{levels: 2, classes: 3,")
        .replacingOccurrences(of: "[pixel, iou, seg]", with: "[dice]"), "experiment.yaml")
    for command in [
      ["train", tiny.file, "--output", tiny.run, "--device", "cpu"],
      [
        "segment", tiny.model, folder("held.tif"), "--write", "labels", "--output", folder("result"),
        "--device", "cpu",
      ],
    ] {
      let outcome = try UnetCommand.run(command)
      try #require(outcome.status == 0, "\(outcome.messages)")
    }
    let file = try #require(folder.files.first { $0.hasPrefix("result/") })
    let judged = try UnetCommand.run(
      "evaluate", "--truth", folder("truth.tif"), "--prediction", folder(file), "--kind", "classes",
      "--metrics", "dice", "--json")
    let figures = try judged.figures()
    let log = try folder.text("run/log.csv").split(separator: "\n")
    let names = ["iou-1", "dice-1", "iou-2", "dice-2", "mean-iou", "mean-dice"]
    #expect(log[0] == "step,loss,rate,seconds,\(names.joined(separator: ","))")
    let logged: [Double?] = (log.last ?? "").split(separator: ",").dropFirst(4).map { Double($0) }
    #expect(logged == names.map { figures[$0] })
    #expect(try #require(figures["mean-iou"]) > 0)
  }
}
