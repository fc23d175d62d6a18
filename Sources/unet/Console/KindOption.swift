import ArgumentParser
import UNetData

/// `--kind` and `--border`, the same for every verb that reads labels.
struct KindOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What labels mean. membranes: 0 is border, all else is cell; instances: 0 is background, every other number is one cell; classes: numbers of classes from 0, 255 is unknown. (default: what their numbers say: 0 and one other is a mask, membranes; numbers over 255, or five and more in one region each, are instances)"
    ))
  var kind: LabelKind?
  @Option(
    help: "Of membranes, what the border is. zero: 0, all else is cell; other: all but 0, which is cell.")
  var border = Border.zero
}

extension LabelKind: ExpressibleByArgument {}
extension Border: ExpressibleByArgument {}
