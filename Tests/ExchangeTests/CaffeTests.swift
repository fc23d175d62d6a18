import Foundation
import SwiftProtobuf
import Testing
import UNetExchange
import UNetMessages
import UNetNumerics
import UNetPrediction
import UNetTestSupport

/// `.caffemodel` files of the names that the paper's authors published in 2015.
@Suite struct CaffeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The shapes of three levels of width 2 by their names there and here; the last up-convolution keeps 4 channels.
  private let shapes: [(there: String, here: String, shape: [Int])] = [
    ("conv_d0a-b", "encoder.0.conv1", [2, 1, 3, 3]), ("conv_d0b-c", "encoder.0.conv2", [2, 2, 3, 3]),
    ("conv_d1a-b", "encoder.1.conv1", [4, 2, 3, 3]), ("conv_d1b-c", "encoder.1.conv2", [4, 4, 3, 3]),
    ("conv_d2a-b", "encoder.2.conv1", [8, 4, 3, 3]), ("conv_d2b-c", "encoder.2.conv2", [8, 8, 3, 3]),
    ("upconv_d2c_u1a", "decoder.1.up", [8, 4, 2, 2]), ("conv_u1b-c", "decoder.1.conv1", [4, 8, 3, 3]),
    ("conv_u1c-d", "decoder.1.conv2", [4, 4, 3, 3]), ("upconv_u1d_u0a", "decoder.0.up", [4, 4, 2, 2]),
    ("conv_u0b-c", "decoder.0.conv1", [2, 6, 3, 3]), ("conv_u0c-d", "decoder.0.conv2", [2, 2, 3, 3]),
    ("conv_u0d-score", "head", [2, 2, 1, 1]),
  ]

  private func filter(_ at: Int) -> [Float] {
    (0..<shapes[at].shape.reduce(1, *)).map { Float(at) + Float($0) / 256 }
  }

  private func biases(_ at: Int) -> [Float] {
    let shape = shapes[at].shape
    return (0..<(shapes[at].there.hasPrefix("up") ? shape[1] : shape[0])).map { Float(-at) - Float($0) / 8 }
  }

  /// A file of today, or of before 2015, which had layers and sizes of another form.
  private func net(old: Bool = false, without missing: String = "") -> Caffe_NetParameter {
    func blob(_ numbers: [Float], _ sizes: [Int]) -> Caffe_BlobProto {
      var blob = Caffe_BlobProto()
      blob.data = numbers
      if old {
        let four = [Int](repeating: 1, count: 4 - sizes.count) + sizes
        (blob.num, blob.channels, blob.height, blob.width) = (
          Int32(four[0]), Int32(four[1]), Int32(four[2]), Int32(four[3])
        )
      } else {
        blob.shape.dim = sizes.map(Int64.init)
      }
      return blob
    }
    var net = Caffe_NetParameter()
    net.name = "phseg_v5"
    for (at, layer) in shapes.enumerated() where layer.there != missing {
      let blobs = [blob(filter(at), layer.shape), blob(biases(at), [biases(at).count])]
      for (name, blobs) in [(layer.there, blobs), ("relu_\(layer.there.suffix(3))", [])] {
        if old {
          net.layers.append(.with { ($0.name, $0.blobs) = (name, blobs) })
        } else {
          net.layer.append(.with { ($0.name, $0.type, $0.blobs) = (name, "Any", blobs) })
        }
      }
    }
    return net
  }

  private func imported(_ net: Caffe_NetParameter, _ preparation: ImportedState.Preparation = .init()) throws
    -> ImportedState
  {
    try folder.write(Array(try net.serializedBytes() as Data), "x.caffemodel")
    return try ImportedState(folder("x.caffemodel"), preparation)
  }

  @Test(arguments: [false, true]) func everyFilterFindsItsPlace(old: Bool) throws {
    let found = try imported(net(old: old))
    let network = found.model.network
    #expect(network.variant == "release" && network.width == 2 && network.classes == 2)
    #expect(network.summary == "3 levels" && found.model.channels == 1)
    #expect(found.model.metadata["network.up-relu"] == "true")
    for (at, layer) in shapes.enumerated() {
      #expect(try found.model.weights["\(layer.here).weight"]?.elements == filter(at), "\(layer.here)")
      #expect(try found.model.weights["\(layer.here).bias"]?.elements == biases(at), "\(layer.here)")
    }
    #expect(found.model.weights.names.count == 2 * shapes.count)
  }

  /// Without layers of ReLU behind them, and a last up-convolution that halves the channels as all do, it is that of the paper.
  @Test func theLayersTellTheVariant() throws {
    var net = net()
    net.layer.removeAll { $0.name.hasPrefix("relu_") }
    net.layer[12].name = "conv_u0d-score_New"
    for (at, layer) in net.layer.enumerated()
    where layer.name == "upconv_u1d_u0a" || layer.name == "conv_u0b-c" {
      let shape: [Int64] = layer.name == "conv_u0b-c" ? [2, 4, 3, 3] : [4, 2, 2, 2]
      net.layer[at].blobs[0].shape.dim = shape
      // In double precision, as some were saved.
      net.layer[at].blobs[0].doubleData = (0..<shape.reduce(1, *)).map(Double.init)
      net.layer[at].blobs[0].data = []
      net.layer[at].blobs[1].shape.dim = [2]
      net.layer[at].blobs[1].data = [1, 2]
    }
    let found = try imported(net)
    #expect(found.model.network.variant == "paper" && found.model.metadata["network.up-relu"] == "false")
    #expect(try found.model.weights["decoder.0.up.weight"]?.elements == (0..<32).map { Float($0) })
  }

  @Test func greyValuesMayHaveBeenDivided() throws {
    var preparation = ImportedState.Preparation()
    preparation.divisor = 2
    let found = try imported(net(), preparation)
    #expect(try found.model.weights["encoder.0.conv1.weight"]?.elements == filter(0).map { $0 / 2 })
    #expect(try found.model.weights["encoder.0.conv1.bias"]?.elements == biases(0))
  }

  @Test func whatIsNoSuchNetworkIsNamed() throws {
    func refusal(_ net: Caffe_NetParameter) -> String {
      do { _ = try imported(net) } catch let error as ModelError { return "\(error)" } catch {
        return "no: \(error)"
      }
      return "none"
    }
    #expect(refusal(net(without: "conv_d0a-b")).contains("has no layers of the names"))
    #expect(refusal(net(without: "conv_u1c-d")).contains("has 0 arrays for 'conv_u1c-d'"))
    #expect(refusal(net(without: "conv_u0d-score")).contains("has 0 layers conv_u0d-score"))
    var wrong = net()
    wrong.layer[4].blobs[0].shape.dim = [4, 2, 3, 4]
    #expect(refusal(wrong).contains("has 72 numbers for 'conv_d1a-b'"))
    wrong = net()
    wrong.layer[4].blobs[0].shape.dim = [Int64.max, 2, 3, 4]
    #expect(refusal(wrong).contains("it is damaged"))
    wrong = net()
    wrong.layer[6].blobs[0].shape.dim = [4, 1, 6, 6]
    #expect(refusal(wrong).contains("is no U-Net (release)"))
    wrong = net()
    wrong.layer[4].blobs[0].data[3] = .nan
    #expect(refusal(wrong).contains("NaN or infinity in 'conv_d1a-b'"))
    wrong = net()
    wrong.layer.append(.with { ($0.name, $0.blobs) = ("bn_d0b", wrong.layer[0].blobs) })
    #expect(refusal(wrong).contains("has 'bn_d0b' beside the layers"))
    try folder.write([1, 2, 3, 255, 255, 255], "x.caffemodel")
    #expect(throws: ModelError.self) { try ImportedState(folder("x.caffemodel"), .init()) }
    #expect(throws: ModelError.self) { try imported(Caffe_NetParameter()) }
  }
}
