import Foundation
import UNetData
import UNetImages

// swift run -c release benchmark-data: times of a core for what training does beside the network, on synthetic pages.

/// Prints the median and the least of the seconds that this thread has had a core.
func time(_ name: String, runs: Int, _ body: (Int) throws -> Void) rethrows {
  var seconds: [Double] = []
  for run in 0..<runs {
    let start = coreSeconds()
    try body(run)
    seconds.append(coreSeconds() - start)
  }
  seconds.sort()
  print(String(format: "%8.2f ms (least %.2f)  ", seconds[runs / 2] * 1e3, seconds[0] * 1e3) + name)
}

func coreSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let membranes = Synthetic.membranes(size: 512, seed: 5)
let cells = Synthetic.cells(size: 512, seed: 5)
let page = try Annotation(LabelImage(membranes.labels), .init(.membranes), file: "membranes")
let instances = try Annotation(LabelImage(cells.instances), .init(.instances), file: "cells")
time("weight map of 512², membranes", runs: 5) { _ in _ = weightMap(page) }
time("weight map of 512², cells", runs: 5) { _ in _ = weightMap(instances) }

let frame = Frame(name: "a", file: "a", page: 0, image: membranes.image, annotation: page)
let prepared = PreparedFrame(frame, normalisation: .meanDeviation, weights: WeightMapOptions())
for (input, output) in [(284, 100), (380, 196), (572, 388)] {
  for (name, options) in [("plain", AugmentationOptions()), ("paper's", .paper)] {
    let sampler = try Sampler(frames: [prepared], input: input, output: output, seed: 1, options: options)
    time("\(name) sample, \(input)² to \(output)²", runs: 100) { _ = sampler.sample(step: $0) }
  }
}
