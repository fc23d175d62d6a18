// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "swift-unet",
  products: [
    .executable(name: "unet", targets: ["unet"]),
    .library(
      name: "UNet",
      targets: [
        "UNetGraph", "UNetRuntime", "UNetCPU", "UNetOpenCL", "UNetData", "UNetTraining", "UNetEvaluation",
        "UNetInterchange", "UNetExperiments",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // Describe -> schedule -> run.
    .target(name: "UNetGraph"),
    .target(name: "UNetRuntime", dependencies: ["UNetGraph"]),
    .target(name: "CUNetVector"),
    .target(name: "UNetCPU", dependencies: ["UNetRuntime", "CUNetVector"]),
    .target(name: "UNetOpenCL", dependencies: ["UNetRuntime", "UNetKernels", "COpenCL"]),

    // OpenCL C, carried inside the binary as text and compiled at run time, and schedules' parameters.
    .target(
      name: "UNetKernels", path: "Kernels",
      resources: [
        .embedInCode("common.h"), .embedInCode("conv.cl"), .embedInCode("weight_gradient.cl"),
        .embedInCode("tile.h"), .embedInCode("tile_product.cl"), .embedInCode("tile_gradient.cl"),
        .embedInCode("winograd.h"), .embedInCode("tile_winograd.cl"),
        .embedInCode("pool.cl"), .embedInCode("dropout.cl"), .embedInCode("loss.cl"),
        .embedInCode("update.cl"), .embedInCode("peak.cl"), .embedInCode("winograd.cl"),
        .embedInCode("winograd_gradient.cl"),
        .embedInCode("Tuning/cpu.yaml"), .embedInCode("Tuning/gpu.yaml"),
      ]),

    // The experiments that the paper's tables are made of, carried inside the binary as text.
    .target(
      name: "UNetExperimentFiles", path: "Experiments", exclude: ["README.md", "results", "quickstart.yaml"],
      resources: [
        .embedInCode("pixels.sha256"),
        .embedInCode("isbi2012-em.yaml"), .embedInCode("isbi2012-em-small.yaml"),
        .embedInCode("isbi2012-em-sliding-window.yaml"),
        .embedInCode("phc-u373.yaml"), .embedInCode("phc-u373-small.yaml"),
        .embedInCode("dic-hela.yaml"), .embedInCode("dic-hela-small.yaml"),
        .embedInCode("ablation/base.yaml"), .embedInCode("ablation/up-relu.yaml"),
        .embedInCode("ablation/no-border-weights.yaml"), .embedInCode("ablation/no-elastic.yaml"),
      ]),

    // Learn, judge, reproduce.
    .target(name: "CImageFiles", dependencies: ["CTIFF", "CPNG"]),
    .target(name: "UNetData", dependencies: ["UNetGraph", "CTIFF", "CImageFiles"]),
    .target(name: "UNetInterchange", dependencies: ["UNetGraph", "CDigest"]),
    .target(name: "UNetTraining", dependencies: ["UNetRuntime", "UNetData", "UNetInterchange"]),
    .target(name: "UNetEvaluation", dependencies: ["UNetData"]),
    .target(
      name: "UNetExperiments",
      dependencies: [
        "UNetCPU", "UNetOpenCL", "UNetTraining", "UNetEvaluation", "UNetInterchange", "UNetExperimentFiles",
        .product(name: "Yams", package: "Yams"),
      ]),
    .executableTarget(
      name: "unet",
      dependencies: [
        "UNetExperiments", "CHeap", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .systemLibrary(name: "COpenCL", pkgConfig: "OpenCL", providers: [.apt(["ocl-icd-opencl-dev"])]),
    .systemLibrary(name: "CTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CHeap"),
    .systemLibrary(name: "CDigest", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    .testTarget(name: "GraphTests", dependencies: ["UNetGraph"]),
    .testTarget(name: "RuntimeTests", dependencies: ["UNetRuntime"]),
    .testTarget(name: "OpenCLTests", dependencies: ["UNetOpenCL"]),
    .testTarget(name: "ParityTests", dependencies: ["UNetExperiments", "UNetCPU", "UNetOpenCL"]),
    .testTarget(
      name: "TrainingTests", dependencies: ["UNetTraining", "UNetCPU", "UNetOpenCL"], exclude: ["Fixtures"]),
    .testTarget(name: "CPUTests", dependencies: ["UNetCPU", "CUNetVector"]),
    .testTarget(name: "DataTests", dependencies: ["UNetData"]),
    .testTarget(
      name: "ExperimentTests",
      dependencies: ["UNetExperiments", "UNetExperimentFiles", "UNetOpenCL", "UNetKernels"]),
    .testTarget(name: "EvaluationTests", dependencies: ["UNetEvaluation"]),
    .testTarget(name: "InterchangeTests", dependencies: ["UNetInterchange"]),
    // Runs the built command, which `swift test` puts beside the tests.
    .testTarget(name: "CommandTests", dependencies: ["unet", "UNetExperiments", "UNetOpenCL"]),
    .testTarget(name: "GoldenTests", dependencies: ["UNetExperiments"], exclude: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)
