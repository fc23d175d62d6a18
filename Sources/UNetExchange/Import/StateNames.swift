import UNetInterchange

/// How a program calls the tensors of a padded U-Net, and what it does differently.
///
/// A network here has a filter and a bias for each convolution; batch normalisation of a trained network is a factor and an addend for
/// each channel, and goes into them.
struct StateNames {
  /// The program, for messages.
  let program: String
  /// The number of resolutions.
  let levels: Int
  /// The convolution of a block (a level of the contracting path, or of the expanding one) and its normalisation.
  let convolution: (_ block: Block, _ number: Int) -> (convolution: String, normalisation: String)
  /// The up-convolution to a level.
  let up: (_ level: Int) -> String
  /// The last convolution.
  let head: String
  /// Whether the channels of the contracting path come first where the paths meet.
  let skipFirst: Bool

  /// Two convolutions.
  enum Block: Hashable {
    case encoder(Int)
    case decoder(Int)
  }

  /// What stands in front of every name: `module.` where several devices trained.
  let prefix: String

  /// The names that `tensors` are called by; nil where they are called otherwise.
  static func found(in tensors: NamedTensors) -> StateNames? {
    for make in [own, pytorchUNet, brainSegmentation] {
      for name in tensors.names {
        if let found = make(name, tensors) { return found }
      }
    }
    return nil
  }

  /// Those of this project's own files.
  private static func own(_ first: String, _ tensors: NamedTensors) -> StateNames? {
    guard let prefix = first.before("encoder.0.conv1.weight") else { return nil }
    return StateNames(
      program: "swift-unet", levels: tensors.count { "\(prefix)encoder.\($0).conv1.weight" },
      convolution: { block, number in
        let name =
          switch block {
          case .encoder(let level): "encoder.\(level).conv\(number)"
          case .decoder(let level): "decoder.\(level).conv\(number)"
          }
        return (name, "\(name).norm")
      }, up: { "decoder.\($0).up" }, head: "head", skipFirst: false, prefix: prefix)
  }

  /// github.com/milesial/Pytorch-UNet: two convolutions with batch normalisation in `double_conv`, skips first.
  private static func pytorchUNet(_ first: String, _ tensors: NamedTensors) -> StateNames? {
    guard let prefix = first.before("inc.double_conv.0.weight") else { return nil }
    let below = tensors.count { "\(prefix)down\($0 + 1).maxpool_conv.1.double_conv.0.weight" }
    // Without batch normalisation the second convolution is the third of the sequence.
    let hasNormalisation = tensors.shape(of: "\(prefix)inc.double_conv.1.weight") != nil
    return StateNames(
      program: "Pytorch-UNet", levels: below + 1,
      convolution: { block, number in
        let sequence =
          switch block {
          case .encoder(0): "inc.double_conv"
          case .encoder(let level): "down\(level).maxpool_conv.1.double_conv"
          case .decoder(let level): "up\(below - level).conv.double_conv"
          }
        let at = number == 1 ? 0 : hasNormalisation ? 3 : 2
        return ("\(sequence).\(at)", "\(sequence).\(at + 1)")
      }, up: { "up\(below - $0).up" }, head: "outc.conv", skipFirst: true, prefix: prefix)
  }

  /// github.com/mateuszbuda/brain-segmentation-pytorch, the U-Net of PyTorch's hub.
  private static func brainSegmentation(_ first: String, _ tensors: NamedTensors) -> StateNames? {
    guard let prefix = first.before("encoder1.enc1conv1.weight") else { return nil }
    let below = tensors.count { "\(prefix)encoder\($0 + 1).enc\($0 + 1)conv1.weight" }
    return StateNames(
      program: "brain-segmentation-pytorch", levels: below + 1,
      convolution: { block, number in
        switch block {
        case .encoder(below): ("bottleneck.bottleneckconv\(number)", "bottleneck.bottlenecknorm\(number)")
        case .encoder(let level):
          (
            "encoder\(level + 1).enc\(level + 1)conv\(number)",
            "encoder\(level + 1).enc\(level + 1)norm\(number)"
          )
        case .decoder(let level):
          (
            "decoder\(level + 1).dec\(level + 1)conv\(number)",
            "decoder\(level + 1).dec\(level + 1)norm\(number)"
          )
        }
      }, up: { "upconv\($0 + 1)" }, head: "conv", skipFirst: false, prefix: prefix)
  }
}

extension String {
  /// What stands before `end` where the text ends so, and a whole name does.
  fileprivate func before(_ end: String) -> String? {
    guard hasSuffix(end) else { return nil }
    let start = String(dropLast(end.count))
    return start.isEmpty || start.hasSuffix(".") ? start : nil
  }
}

extension NamedTensors {
  /// How many names there are from number 0 on.
  fileprivate func count(_ name: (Int) -> String) -> Int {
    var count = 0
    while shape(of: name(count)) != nil { count += 1 }
    return count
  }
}
