import UNetImages

/// An image with what is known about it.
package struct Frame: Sendable {
  /// The image file's name without folder and ending.
  package let name: String
  /// The image file's path.
  package let file: String
  /// The page in a stack, from 0, or the number of the file in a sequence (`PageNumbers`).
  package let page: Int
  /// The picture.
  package let image: Image
  /// What is known about it.
  package let annotation: Annotation

  /// A frame of `file`.
  package init(name: String, file: String, page: Int, image: Image, annotation: Annotation) {
    (self.name, self.file, self.page) = (name, file, page)
    (self.image, self.annotation) = (image, annotation)
  }
}
