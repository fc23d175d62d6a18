import Testing
import UNetImages
import UNetNumerics
import UNetPrediction

func picture(_ height: Int, _ width: Int, channels: Int = 1) -> Tensor {
  let stream = RandomStream(seed: 5, stream: 2)
  return Tensor(
    [height, width, channels],
    (0..<height * width * channels).map { Float(stream.gaussian(step: 0, index: $0)) })
}

func waves(_ height: Int, _ width: Int) -> Tensor {
  Tensor(
    [height, width, 1],
    (0..<height * width).map { at in
      Float(portableCosineAndSine(0.11 * Double(at / width) - 0.07 * Double(at % width)).sine)
    })
}

/// Two scores a pixel that follow from the pixel alone: turning and mirroring commute with it.
private func pointwise(_ image: Tensor, _ wanted: Bool) -> Prediction {
  let scores = Tensor(
    [image.shape[0], image.shape[1], 2], image.elements.flatMap { [$0, 0.3 - 0.5 * $0] })
  return prediction(scores, wanted)
}

/// Scores that follow from a pixel's place and from its neighbours above and to its left: nothing commutes with it.
private func crooked(_ image: Tensor, _ wanted: Bool) -> Prediction {
  let (height, width) = (image.shape[0], image.shape[1])
  func pixel(_ y: Int, _ x: Int) -> Float { image.elements[mirrored(y, height) * width + mirrored(x, width)] }
  let scores = (0..<height * width).flatMap { at -> [Float] in
    let (y, x) = (at / width, at % width)
    let (above, left) = (pixel(y - 1, x), pixel(y, x - 2))
    return [above - pixel(y, x) * 0.1, left + 0.001 * Float(y % 5)]
  }
  return prediction(Tensor([height, width, 2], scores), wanted)
}

private func prediction(_ scores: Tensor, _ wanted: Bool) -> Prediction {
  let chances = stride(from: 0, to: scores.elements.count, by: 2).flatMap { at -> [Float] in
    let p = Float(1 / (1 + portableExp(Double(scores.elements[at + 1]) - Double(scores.elements[at]))))
    return [p, 1 - p]
  }
  return Prediction(probabilities: Tensor(scores.shape, chances), logits: wanted ? scores : nil)
}

extension TestTimeAugmentation {
  /// The mean over the versions of `image` of what `predict` says of each, given whether raw scores are wanted.
  fileprivate func mean(
    _ image: Tensor, logits: Bool = false, _ predict: (Tensor, Bool) -> Prediction
  ) -> Prediction {
    var mean = VersionMean(self, scores: logits)
    for version in versions(of: image) { mean.add(predict(version.image, mean.needsScores), of: version) }
    return mean.take()
  }
}

@Suite("Means over versions of an image")
struct TestTimeAugmentationTests {
  @Test("without versions, the prediction is the network's, scores and all", arguments: [true, false])
  func none(wanted: Bool) {
    let image = picture(7, 9)
    #expect(TestTimeAugmentation.none.mean(image, logits: wanted, crooked) == crooked(image, wanted))
  }

  @Test(
    "each version is computed once",
    arguments: [
      (1, false, 1), (1, true, 4), (2, false, 2), (2, true, 4), (4, false, 4), (4, true, 8), (7, false, 7),
      (7, true, 28), (8, true, 16),
    ])
  func passes(rotations: Int, flips: Bool, count: Int) {
    let averaging = TestTimeAugmentation(rotations: rotations, flips: flips)
    var seen: [Tensor] = []
    _ = averaging.mean(picture(6, 9)) { image, wanted in
      seen.append(image)
      return crooked(image, wanted)
    }
    #expect(seen.count == count && averaging.passes == count)
    for (i, version) in seen.enumerated() { #expect(!seen[..<i].contains(version)) }
  }

  @Test("a network that turns with its image is not changed by right angles", arguments: [1, 2, 4])
  func equivariant(rotations: Int) {
    for image in [picture(7, 12), picture(5, 5), picture(1, 3)] {
      let alone = pointwise(image, true)
      #expect(
        TestTimeAugmentation(rotations: rotations).mean(image, pointwise).probabilities == alone.probabilities
      )
      let flipped = TestTimeAugmentation(rotations: rotations, flips: true).mean(
        image, logits: true, pointwise)
      #expect(flipped.logits == (rotations == 4 ? nil : alone.logits))
      for (p, q) in zip(flipped.probabilities.elements, alone.probabilities.elements) {
        #expect(abs(p - q) < 1e-6)  // two formulas of one softmax
      }
    }
  }

  @Test("turning the image turns the result, to the bit", arguments: [4, 8, 12])
  func turns(rotations: Int) {
    let image = picture(11, 18)
    let mean = TestTimeAugmentation(rotations: rotations)
    let result = mean.mean(image, crooked).probabilities
    #expect(result != crooked(image, false).probabilities)
    for quarters in 1...3 {
      #expect(mean.mean(image.turned(by: quarters), crooked).probabilities == result.turned(by: quarters))
    }
  }

  @Test("half a turn, where that is all there is")
  func halfTurns() {
    let (image, mean) = (picture(8, 5), TestTimeAugmentation(rotations: 6))
    let result = mean.mean(image, crooked).probabilities
    #expect(mean.mean(image.turned(by: 2), crooked).probabilities == result.turned(by: 2))
    #expect(mean.mean(image.turned(by: 1), crooked).probabilities != result.turned(by: 1))
  }

  @Test("with 4 rotations and flips every symmetry of the square moves the result, to the bit")
  func symmetries() {
    let (image, mean) = (picture(9, 14), TestTimeAugmentation(rotations: 4, flips: true))
    let result = mean.mean(image, crooked).probabilities
    for quarters in 0...3 {
      for leftRight in [false, true] {
        func moved(_ x: Tensor) -> Tensor {
          x.turned(by: quarters).flipped(upDown: false, leftRight: leftRight)
        }
        #expect(mean.mean(moved(image), crooked).probabilities == moved(result))
      }
    }
  }

  @Test("flips average raw scores, rotations probabilities")
  func whatIsAveraged() throws {
    let image = picture(2, 2)
    var (number, logits, chances): (Float, [Float], [Float]) = (0, [2, 5, 1, 8], [0.1, 0.25, 0.9])
    func next(_ image: Tensor, _ wanted: Bool) -> Prediction {
      defer { number += 1 }
      let shape: Shape = [image.shape[0], image.shape[1], 2]
      let score = logits[Int(number) % 4], chance = chances[Int(number) % 3]
      return Prediction(
        probabilities: Tensor(shape, (0..<shape.count).map { $0 % 2 == 1 ? chance : 1 - chance }),
        logits: Tensor(shape, (0..<shape.count).map { $0 % 2 == 1 ? score : 0 }))
    }
    let flipped = TestTimeAugmentation(flips: true).mean(image, logits: true, next)
    #expect(flipped.logits?.elements == [0, 4, 0, 4, 0, 4, 0, 4])
    let p = Float(1 / (1 + portableExp(-4)))
    for at in [1, 3, 5, 7] { #expect(abs(flipped.probabilities.elements[at] - p) < 1e-7) }
    number = 0
    let rotated = TestTimeAugmentation(rotations: 3).mean(image, logits: true, next)
    #expect(rotated.logits == nil)
    for at in [1, 3, 5, 7] { #expect(abs(rotated.probabilities.elements[at] - 1.25 / 3) < 1e-7) }
  }

  @Test("constant probabilities stay the same bits", arguments: [1, 3, 4, 7, 16])
  func constants(rotations: Int) {
    for flips in [false, true] {
      for value: Float in [0, 0.25, 0.1, 1 / 3, 1e-12, 1] {
        let result = TestTimeAugmentation(rotations: rotations, flips: flips).mean(picture(13, 6)) {
          image, _ in
          let shape: Shape = [image.shape[0], image.shape[1], 2]
          return Prediction(
            probabilities: Tensor(shape, (0..<shape.count).map { $0 % 2 == 1 ? value : 1 - value }),
            logits: Tensor(zeros: shape))
        }
        let expected: Float = flips ? 0.5 : value
        #expect(result.probabilities.shape == [13, 6, 2])
        let foreground = (0..<78).map { result.probabilities.elements[2 * $0 + 1] }
        #expect(foreground.allSatisfy { $0 == expected })
      }
    }
  }

  @Test("by any angle a smooth picture comes back as it was", arguments: [3, 5, 7])
  func anyAngle(rotations: Int) {
    for (height, width) in [(40, 60), (33, 33), (70, 21)] {
      let image = waves(height, width)
      let (alone, mean) = (
        pointwise(image, false), TestTimeAugmentation(rotations: rotations).mean(image, pointwise)
      )
      for (p, q) in zip(mean.probabilities.elements, alone.probabilities.elements) {
        // Linear interpolation of waves of 48 pixels; at the border a mirrored wave has a crease.
        #expect(abs(p - q) < 0.02)
      }
    }
  }

  @Test("NaN in a score is seen")
  func broken() {
    let result = TestTimeAugmentation(flips: true).mean(picture(3, 3)) { image, _ in
      var scores = Tensor(zeros: [3, 3, 2])
      scores.elements[4] = .nan
      return Prediction(probabilities: scores, logits: scores)
    }
    #expect(result.probabilities.elements.contains { $0.isNaN })
  }
}
