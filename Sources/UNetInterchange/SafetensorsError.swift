/// A file that is no readable `safetensors` file.
package struct SafetensorsError: Error, Equatable, CustomStringConvertible {
  /// What is wrong with the file.
  package enum Problem: Equatable, Sendable {
    /// Neither a header's length nor a header stands at the beginning.
    case foreign
    /// The file ends before its header says.
    case truncated(missing: Int)
    /// The header is no JSON of the form the format asks for.
    case header(String)
    /// A tensor has elements that are no floats.
    case type(tensor: String, String)
    /// A tensor's place does not agree with its shape or with the other tensors' places.
    case place(tensor: String, String)
    /// Bytes at the end belong to no tensor.
    case surplus(Int)
    /// Metadata and tensors do not have the SHA-256 that was written with them.
    case altered
  }

  /// The file, as the caller named it.
  package let path: String
  /// What is wrong with it.
  package let problem: Problem

  /// This problem with the file at `path`.
  package init(_ path: String, _ problem: Problem) { (self.path, self.problem) = (path, problem) }

  /// One sentence with the remedy.
  package var description: String {
    switch problem {
    case .foreign:
      "\(path) is not a safetensors file: give a model.safetensors that unet train has written; a .pth of PyTorch is made one by "
        + "safetensors.torch.save_file(torch.load(FILE), \"model.safetensors\")"
    case .truncated(let missing):
      "\(path) is truncated, \(missing) bytes are missing: copy it again or train again"
    case .header(let what): "\(path) has a damaged header (\(what)): copy it again or train again"
    case .type(let tensor, let type):
      "\(path): tensor '\(tensor)' is \(type), only F16, BF16, F32 and F64 can be read: convert it with .float() before it is saved"
    case .place(let tensor, let what):
      "\(path): tensor '\(tensor)' \(what): the file is damaged, copy it again or train again"
    case .surplus(let count):
      "\(path) has \(count) bytes that belong to no tensor: the file is damaged, copy it again or train again"
    case .altered:
      "\(path) is damaged, its SHA-256 is not that of its content: copy it again or train again; a model that was changed on "
        + "purpose is read without '\(Seal.key)' in its metadata"
    }
  }
}
