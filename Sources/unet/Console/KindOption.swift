import ArgumentParser
import UNetData

/// `--kind`, the same for every verb that reads labels.
struct KindOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What labels mean. membranes: 0 is border, all else is cell; instances: 0 is background, every other number is one cell; classes: numbers of classes from 0, 255 is unknown. (default: instances for 16-bit labels, membranes for labels of 0 and one other number)"
    ))
  var kind: LabelKind?
}

extension LabelKind: ExpressibleByArgument {}
