import UNetImages

/// An image with what is known about it.
package struct Frame: Sendable {
  /// The image file's name without folder and ending.
  package let name: String
  /// The image file's path.
  package let file: String
  /// That of its labels; nil of one without a file.
  package let labelFile: String?
  /// By which keys of an experiment name it (`LabelledPage.page`).
  package let page: Int
  /// The page in the file, from 0.
  package let pageInFile: Int
  /// The picture as the file has it.
  package let image: Image
  /// The resolution of `annotation`, and at which the picture is to be learnt, for 1 of the picture as it is.
  package let scale: Double
  /// What is known about it.
  package let annotation: Annotation

  /// A frame of `file`, in which it is the page `pageInFile`: `page` unless that is given.
  package init(
    name: String, file: String, labelFile: String? = nil, page: Int, pageInFile: Int? = nil, image: Image,
    scale: Double = 1,
    annotation: Annotation
  ) {
    (self.name, self.file, self.page, self.pageInFile) = (name, file, page, pageInFile ?? page)
    (self.image, self.scale, self.annotation) = (image, scale, annotation)
    self.labelFile = labelFile
  }
}
