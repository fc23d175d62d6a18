import CImageFiles
import UNetFiles

/// The file as libraries of images read it.
extension DiskFile {
  init(_ file: FileReader) {
    self.init(descriptor: file.descriptor, size: UInt64(file.size), position: 0, error: 0)
  }

  /// What the system refused while a library read, which a library takes for damage of the file.
  func failure(of file: FileReader) -> FileError? {
    error == 0 ? nil : FileError(.read, file.path, code: error)
  }
}
