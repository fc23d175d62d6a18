import Testing
import UNetDevices
import UNetConfiguration
import UNetGraph
import UNetInterchange
import UNetNetworks
import UNetNumerics
import UNetRuntime
import UNetTraining

/// The CPU backend and every OpenCL device that has what is needed.
private let devices: [DeviceChoice] =
  [.cpu] + DeviceRegistry().devices.filter(\.device.lacks.isEmpty).map(\.choice).filter { $0 != .cpu }

@Test func anOpenCLDeviceIsPresent() {
  #expect(devices.count > 1, "install an OpenCL driver, such as pocl-opencl-icd")
}

/// The bound: every layer's chains, of up to 144 terms, round to 6e-8 a term, and errors grow through 13 layers; 5.5e-7
/// was measured, the same on every device.
@Test(arguments: devices, UNet.Variant.allCases)
func logitsArePyTorchs(device: DeviceChoice, variant: UNet.Variant) throws {
  let fixture = try Fixture(variant)
  let error = relativeError(
    ["": try logits(fixture, on: DeviceRegistry().open(device))], ["": fixture.logits])
  #expect(error <= 1e-6)
}

/// With rate 1, momentum and decay 0, the velocity is the negated gradient without a further rounding.
///
/// The bound: as for the logits, since all products of the backward pass are of that kind; 3.3e-7 was measured.
@Test(arguments: devices, UNet.Variant.allCases)
func gradientIsPyTorchs(device: DeviceChoice, variant: UNet.Variant) throws {
  let fixture = try Fixture(variant)
  let state = try trained(
    fixture, on: DeviceRegistry().open(device), steps: 1, rate: 1, momentum: 0, decay: 0)
  var gradient: [String: Tensor] = [:]
  for name in fixture.gradient.keys {
    let velocity = try #require(try state["momentum.\(name)"])
    gradient[name] = Tensor(velocity.shape, velocity.elements.map { -$0 })
  }
  #expect(relativeError(gradient, fixture.gradient) <= 1e-6)
}

/// Momentum and weight decay included.
///
/// The bound: each step rounds the weights, whose norm is 13 times that of their change, to 3e-8 of theirs, and the
/// next gradient sees the errors so far: about 1e-6, 8.4e-7 was measured.  A mistake in momentum, decay or the mean
/// over pixels changes the first digit.
@Test(arguments: devices, UNet.Variant.allCases)
func changeOfWeightsIsPyTorchs(device: DeviceChoice, variant: UNet.Variant) throws {
  let fixture = try Fixture(variant)
  let change = try change(fixture, .sgd, on: DeviceRegistry().open(device))
  #expect(relativeError(change, fixture.change) <= 1e-5)
}

/// By Adam, weight decay and the place of epsilon included.
///
/// The bound: that of the step by momentum; 2.9e-6 was measured.  Without the corrections of the first steps, with epsilon inside the
/// root, or with decay in the gradient, the first digits differ.
@Test(arguments: devices)
func changeByAdamIsPyTorchs(device: DeviceChoice) throws {
  let fixture = try Fixture(.paper)
  let change = try change(fixture, .adam, on: DeviceRegistry().open(device))
  #expect(relativeError(change, fixture.adam) <= 1e-5)
}

/// The change of the weights over the fixture's steps.
private func change<B: Backend>(_ fixture: Fixture, _ optimizer: Optimizer, on backend: B) throws
  -> [String: Tensor]
{
  let state = try trained(
    fixture, by: optimizer, on: backend, steps: fixture.steps, rate: fixture.rate, momentum: fixture.momentum,
    decay: fixture.decay)
  var change: [String: Tensor] = [:]
  for (name, initial) in fixture.weights {
    change[name] = try state[name]
    for i in 0..<initial.shape.count { change[name]?.elements[i] -= initial.elements[i] }
  }
  return change
}

/// The scores for the fixture's tile, `[classes, h, w]`.
private func logits<B: Backend>(_ fixture: Fixture, on backend: B) throws -> Tensor {
  var graph = Graph()
  let tile = graph.value(fixture.sample.image.shape)
  let scores = try fixture.network(tile, in: &graph)
  let parameters = Parameters(on: backend)
  try parameters.load(NamedTensors(fixture.weights), of: graph)
  let session = try Session(graph, on: backend, parameters: parameters, keeping: [scores])
  try session.write(fixture.sample.image, to: tile)
  try session.run()
  let (read, classes) = (try session.read(scores), scores.shape[3])
  let pixels = read.shape.count / classes
  let elements = (0..<classes).flatMap { c in (0..<pixels).map { read.elements[$0 * classes + c] } }
  return Tensor([classes, scores.shape[1], scores.shape[2]], elements)
}

/// The state after these steps on the fixture's sample.
private func trained<B: Backend>(
  _ fixture: Fixture, by optimizer: Optimizer = .sgd, on backend: B, steps: Int, rate: Double,
  momentum: Double,
  decay: Double
) throws -> NamedTensors {
  let trainer = try Trainer(
    fixture.network, tile: fixture.sample.image.shape, seed: 1, optimizer: optimizer, on: backend)
  try trainer.load(NamedTensors(fixture.weights))
  for _ in 0..<steps {
    try trainer.step(
      on: fixture.sample,
      .init(
        rate: rate, momentum: momentum, weightDecay: decay, beta2: fixture.beta2, epsilon: fixture.epsilon))
  }
  return trainer.state
}
