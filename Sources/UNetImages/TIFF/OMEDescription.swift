import CImageFiles

/// What OME-TIFF writes into the description of the first page: an XML document that says which page is which channel,
/// depth and time of which image (the OME data model, https://docs.openmicroscopy.org/ome-model/).
struct OMEDescription {
  /// A run of directories that hold planes.
  struct Block {
    /// The first directory; nil: they follow those of the block before.
    var directory: Int?
    var channel = 0, depth = 0, time = 0
    /// How many; nil: all of the image.
    var count: Int?
    /// The file that has them; nil: this one.
    var file: String?, id: String?
  }

  /// An image of the document.
  struct Series {
    var order = "XYZCT"
    var depths = 1, times = 1, channels = 1
    /// Samples of the channels' planes; a colour image has three channels in one plane.
    var samplesOfChannels: [Int] = []
    var blocks: [Block] = []
    var metadata = PageMetadata()
    /// Planes of different channels.
    var channelPlanes: Int { samplesOfChannels.isEmpty ? channels : samplesOfChannels.count }

    /// Axes of the planes, the slowest first.
    var axes: PageAxes {
      PageAxes(
        axes: order.reversed().compactMap { name in
          switch name {
          case "C": ("C", channelPlanes)
          case "Z": ("Z", depths)
          case "T": ("T", times)
          default: nil
          }
        })
    }
  }

  var series: [Series] = []
  /// The document's name for this file among those of a set.
  var id: String?

  /// Whether the text looks like OME's.
  static func matches(_ text: String) -> Bool {
    text.prefix(2000).contains("<OME ") || text.prefix(2000).contains("<OME>")
  }

  /// Whether its channels may be images for whose axes the writer had no name: tifffile's, none of them named.
  static func mayMeanImages(_ text: String) -> Bool {
    text.contains("Creator=\"tifffile") && !text.contains(/<Channel [^>]*Name=/)
  }
}
