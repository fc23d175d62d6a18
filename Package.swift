// swift-tools-version: 6.2
import PackageDescription

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// A library of the system, with its names for pkg-config and apt, which the Makefile reads here.  Those of image files
/// share a folder, for C alone includes them.
func library(_ name: String, _ folder: String? = nil, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/\(folder ?? name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
  name: "swift-unet",
  products: [
    .executable(name: "unet", targets: ["unet"]),
    .library(name: "SwiftUNet", targets: ["SwiftUNet"]),
    // What a program that only segments needs; it links no training.
    .library(name: "UNetPrediction", targets: ["UNetDevices", "UNetImages", "UNetPrediction"]),
  ],
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Options, each said once: reading, writing, documentation.
    .target(name: "UNetOptions"),

    // Describe -> schedule -> run.
    .target(name: "UNetNumerics"),
    .target(name: "UNetGraph", dependencies: ["UNetNumerics"]),
    .target(name: "UNetNetworks", dependencies: ["UNetGraph", "UNetNumerics", "UNetOptions"]),
    .target(
      name: "UNetRuntime", dependencies: ["CUNetGeometry", "UNetGraph", "UNetNumerics", "UNetWork"]),
    .target(name: "CUNetGeometry"),
    .target(name: "CUNetVector", dependencies: ["CUNetGeometry"]),
    .target(
      name: "UNetCPU",
      dependencies: ["CUNetGeometry", "CUNetVector", "UNetGraph", "UNetNumerics", "UNetRuntime"]),
    .target(
      name: "UNetOpenCL",
      dependencies: [
        "COpenCL", "CUNetGeometry", "UNetFiles", "UNetGraph", "UNetKernels", "UNetNumerics", "UNetRuntime",
        logging,
      ]),

    // OpenCL C, carried inside the binary as text and compiled at run time, and schedules' parameters.
    .target(
      name: "UNetKernels", dependencies: ["UNetFiles"], path: "Kernels",
      resources: [
        .embedInCode("arithmetic.cl"),
        .embedInCode("block_sums.cl"),
        .embedInCode("blocks.h"),
        .embedInCode("common.h"),
        .embedInCode("conv.cl"),
        .embedInCode("dropout.cl"),
        .embedInCode("layout.cl"),
        .embedInCode("loss.cl"),
        .embedInCode("peak.cl"),
        .embedInCode("pool.cl"),
        .embedInCode("shared/adam.h"),
        .embedInCode("shared/elementary.h"),
        .embedInCode("shared/geometry.h"),
        .embedInCode("shared/random.h"),
        .embedInCode("shared/winograd_lines.h"),
        .embedInCode("small.cl"),
        .embedInCode("tile.h"),
        .embedInCode("tile_gradient.cl"),
        .embedInCode("tile_product.cl"),
        .embedInCode("tile_winograd.cl"),
        .embedInCode("update.cl"),
        .embedInCode("weight_gradient.cl"),
        .embedInCode("winograd.cl"),
        .embedInCode("winograd.h"),
        .embedInCode("winograd_gradient.cl"),
        .embedInCode("Tuning/nvidia-h100-80gb-hbm3.yaml"),
        .embedInCode("Tuning/nvidia-h200.yaml"),
      ]),

    // Files, images and what is learnt from them.
    .target(name: "UNetFiles", dependencies: ["CDigest"]),
    .target(name: "UNetInterchange", dependencies: ["UNetFiles", "UNetNumerics"]),
    .target(name: "CImageFiles", dependencies: ["CEXPAT", "CTIFF", "CPNG", "CJPEG"]),
    .target(
      name: "UNetImages",
      dependencies: ["CBLOSC", "CZSTD", "CZLIB", "CImageFiles", "CSlides", "UNetFiles", "UNetNumerics"]),
    .target(name: "CSlides", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "UNetData", dependencies: ["UNetFiles", "UNetImages", "UNetNumerics", "UNetOptions"]),

    // Segment, learn, judge.
    .target(
      name: "UNetPrediction",
      dependencies: [
        "UNetData", "UNetFiles", "UNetGraph", "UNetImages", "UNetInterchange", "UNetNetworks",
        "UNetNumerics", "UNetOptions", "UNetRuntime",
      ]),
    .target(
      name: "UNetTraining",
      dependencies: [
        "UNetData", "UNetGraph", "UNetInterchange", "UNetNetworks", "UNetNumerics", "UNetPrediction",
        "UNetRuntime",
      ]),
    // Processes that train together, by the MPI library that is there.
    .target(name: "CRanks", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "UNetRanks", dependencies: ["CRanks", "UNetTraining"]),
    .target(
      name: "UNetEvaluation", dependencies: ["UNetData", "UNetFiles", "UNetImages", "UNetNumerics"]),

    // From a file of words to a device at work.
    .target(name: "UNetConfiguration", dependencies: ["UNetFiles", "UNetOptions", yams]),
    .target(name: "UNetWork", dependencies: [logging]),
    .target(
      name: "UNetVerification",
      dependencies: [
        "UNetData", "UNetGraph", "UNetNetworks", "UNetNumerics", "UNetPrediction", "UNetRuntime",
        "UNetTraining", "UNetVersion",
      ]),
    .target(
      name: "UNetDevices",
      dependencies: [
        "UNetCPU", "UNetConfiguration", "UNetFiles", "UNetKernels", "UNetNumerics", "UNetOpenCL",
        "UNetRuntime", "UNetWork", logging,
      ]),
    .target(
      name: "UNetTuning",
      dependencies: [
        "UNetGraph", "UNetNetworks", "UNetOpenCL", "UNetRuntime", "UNetVerification",
        "UNetWork",
      ]),
    .target(
      name: "UNetSegmentation",
      dependencies: [
        "CZIP", "UNetData", "UNetFiles", "UNetImages", "UNetNumerics", "UNetPrediction", "UNetReports",
        "UNetRuntime", "UNetWork",
      ]),
    .target(
      name: "UNetReports",
      dependencies: [
        "UNetData", "UNetEvaluation", "UNetFiles", "UNetImages", "UNetMessages", "UNetNumerics", protobuf,
      ]),
    .target(
      name: "UNetExperiments",
      dependencies: [
        "UNetConfiguration", "UNetData", "UNetEvaluation", "UNetFiles", "UNetGraph", "UNetImages",
        "UNetInterchange", "UNetNetworks", "UNetNumerics", "UNetPrediction", "UNetWork", "UNetReports",
        "UNetRuntime", "UNetTraining", logging,
      ]),

    // The experiments that the paper's tables are made of, carried inside the binary as text.
    .target(
      name: "UNetExperimentFiles", path: "Experiments",
      exclude: ["README.md", "results", "peers", "quickstart.yaml", "bbbc039-small.yaml"],
      resources: [
        .embedInCode("pixels.sha256"),
        .embedInCode("isbi2012-em.yaml"), .embedInCode("isbi2012-em-small.yaml"),
        .embedInCode("isbi2012-em-sliding-window.yaml"),
        .embedInCode("phc-u373.yaml"), .embedInCode("phc-u373-small.yaml"),
        .embedInCode("phc-u373-small-reverse.yaml"), .embedInCode("dic-hela-small-reverse.yaml"),
        .embedInCode("dic-hela.yaml"), .embedInCode("dic-hela-small.yaml"),
        .embedInCode("choices/table1-quick-choices.yaml"),
        .embedInCode("choices/table1-quick-choices-training.yaml"),
        .embedInCode("choices/table1-quick-choices-sliding-window.yaml"),
        .embedInCode("choices/table2-quick-choices-phc-01.yaml"),
        .embedInCode("choices/table2-quick-choices-phc-02.yaml"),
        .embedInCode("choices/table2-quick-choices-dic-01.yaml"),
        .embedInCode("choices/table2-quick-choices-dic-02.yaml"),
        .embedInCode("ablation/base.yaml"), .embedInCode("ablation/up-relu.yaml"),
        .embedInCode("ablation/no-border-weights.yaml"), .embedInCode("ablation/no-elastic.yaml"),
      ]),
    .target(
      name: "UNetReproduction",
      dependencies: [
        "UNetConfiguration", "UNetData", "UNetEvaluation", "UNetExperimentFiles", "UNetExperiments",
        "UNetFiles", "UNetImages", "UNetNumerics", "UNetPrediction", "UNetRuntime", "UNetVersion", "UNetWork",
      ]),

    // An experiment for images, a device and a time.
    .target(
      name: "UNetPlanning",
      dependencies: [
        "UNetConfiguration", "UNetData", "UNetExperiments", "UNetImages", "UNetNetworks", "UNetNumerics",
        "UNetRuntime", "UNetTraining", "UNetWork", logging,
      ]),

    // Models of other programs.
    .target(
      name: "UNetExchange",
      dependencies: [
        "UNetData", "UNetFiles", "UNetGraph", "UNetImages", "UNetInterchange", "UNetMessages",
        "UNetNetworks", "UNetNumerics", "UNetPrediction", "UNetReports", "UNetRuntime", yams, protobuf,
      ],
      resources: [.embedInCode("Torch/swift_unet.py"), .embedInCode("BioImage/spdx-licenses.txt")]),

    // What files of other programs consist of, as protocol buffers: made of the .proto files by `make messages`.
    .target(
      name: "UNetMessages", dependencies: [protobuf],
      exclude: ["caffe.proto", "onnx.proto", "tensorboard.proto"]),

    // A page of HTML about runs.
    .target(
      name: "UNetRunReport",
      dependencies: [
        "UNetConfiguration", "UNetData", "UNetEvaluation", "UNetExperiments", "UNetFiles", "UNetImages",
        "UNetNumerics", "UNetPrediction", "UNetReports", "UNetRuntime",
      ]),

    // A page and an HTTP API.
    .target(
      name: "UNetServer",
      dependencies: [
        "UNetData", "UNetExperiments", "UNetFiles", "UNetImages", "UNetNumerics", "UNetOptions",
        "UNetPrediction",
        "UNetReports", "UNetRuntime", "UNetSegmentation", "UNetWork", httpTypes, hummingbird, lifecycle,
        logging, nio,
      ],
      resources: [
        .embedInCode("Page/index.html"), .embedInCode("Page/page.css"), .embedInCode("Page/page.js"),
        .embedInCode("Page/openapi.json"),
      ]),

    // The version, and the commit of which it is built.
    .target(name: "UNetVersion", plugins: ["StampVersion"]),
    .plugin(name: "StampVersion", capability: .buildTool(), exclude: ["stamp.sh"]),

    // The library: one import that has what a program needs.
    .target(
      name: "SwiftUNet",
      dependencies: [
        "UNetConfiguration", "UNetData", "UNetDevices", "UNetEvaluation", "UNetExperiments", "UNetFiles",
        "UNetGraph", "UNetImages", "UNetNetworks", "UNetNumerics", "UNetOptions", "UNetPrediction",
        "UNetRuntime", "UNetTraining", "UNetWork", logging,
      ]),

    .executableTarget(
      name: "unet",
      dependencies: [
        "CHeap", "UNetCPU", "UNetConfiguration", "UNetData", "UNetDevices", "UNetEvaluation",
        "UNetExchange", "UNetExperiments", "UNetFiles", "UNetGraph", "UNetImages", "UNetKernels",
        "UNetNetworks",
        "UNetNumerics", "UNetOpenCL", "UNetPlanning", "UNetPrediction", "UNetRanks", "UNetReports",
        "UNetReproduction",
        "UNetRunReport", "UNetRuntime", "UNetSegmentation", "UNetServer", "UNetTraining", "UNetTuning",
        "UNetVerification", "UNetVersion",
        "UNetWork",
        arguments, logging,
      ]),

    .executableTarget(
      name: "benchmark-data", dependencies: ["UNetData", "UNetImages"], path: "Benchmarks/Data"),

    library("COpenCL", pkgConfig: "OpenCL", apt: "ocl-icd-opencl-dev"),
    .systemLibrary(name: "CHeap"),
    library("CDigest", pkgConfig: "libcrypto", apt: "libssl-dev"),
    library("CZIP", pkgConfig: "libzip", apt: "libzip-dev"),
    library("CBLOSC", "CChunkLibraries", pkgConfig: "blosc", apt: "libblosc-dev"),
    library("CZSTD", "CChunkLibraries", pkgConfig: "libzstd", apt: "libzstd-dev"),
    library("CZLIB", "CChunkLibraries", pkgConfig: "zlib", apt: "zlib1g-dev"),
    library("CTIFF", "CImageLibraries", pkgConfig: "libtiff-4", apt: "libtiff-dev"),
    library("CPNG", "CImageLibraries", pkgConfig: "libpng", apt: "libpng-dev"),
    library("CEXPAT", "CImageLibraries", pkgConfig: "expat", apt: "libexpat1-dev"),
    library("CJPEG", "CImageLibraries", pkgConfig: "libjpeg", apt: "libjpeg-dev"),

    // What tests share: a folder, pictures, the text of an error.
    .target(
      name: "UNetTestSupport",
      dependencies: [
        "CImageFiles", "UNetGraph", "UNetImages", "UNetInterchange", "UNetNumerics", "UNetRuntime",
      ],
      path: "Tests/TestSupport"),
    .testTarget(
      name: "AgreementTests",
      dependencies: [
        "UNetConfiguration", "UNetData", "UNetDevices", "UNetEvaluation", "UNetGraph", "UNetImages",
        "UNetInterchange", "UNetNetworks", "UNetNumerics", "UNetOpenCL", "UNetRuntime", "UNetTestSupport",
        "UNetTraining",
      ], exclude: ["Fixtures"]),
    .testTarget(
      name: "CPUTests",
      dependencies: [
        "CUNetVector", "UNetCPU", "UNetEvaluation", "UNetGraph", "UNetNetworks", "UNetNumerics",
        "UNetRuntime",
      ]),
    // Runs the built command, which `swift test` puts beside the tests.
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "unet", "SwiftUNet", "UNetCPU", "UNetData", "UNetDevices", "UNetExperiments", "UNetFiles",
        "UNetImages", "UNetInterchange", "UNetMessages", "UNetNumerics", "UNetOpenCL", "UNetOptions",
        "UNetPrediction", "UNetReports", "UNetTestSupport", "UNetTraining", "UNetVersion", protobuf,
      ]),
    .testTarget(name: "ConfigurationTests", dependencies: ["UNetConfiguration"]),
    .testTarget(
      name: "DataTests", dependencies: ["UNetData", "UNetImages", "UNetNumerics", "UNetTestSupport"]),
    .testTarget(
      name: "DevicesTests",
      dependencies: [
        "UNetCPU", "UNetConfiguration", "UNetDevices", "UNetFiles", "UNetGraph", "UNetKernels",
        "UNetNetworks", "UNetNumerics", "UNetOpenCL", "UNetRuntime", "UNetTestSupport", "UNetTuning",
        "UNetWork", logging,
      ]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["UNetData", "UNetEvaluation", "UNetImages", "UNetNumerics", "UNetTestSupport"]),
    .testTarget(
      name: "ExchangeTests",
      dependencies: [
        "UNetData", "UNetExchange", "UNetImages", "UNetInterchange", "UNetMessages", "UNetNetworks",
        "UNetNumerics", "UNetPrediction", "UNetTestSupport", protobuf,
      ]),
    .testTarget(
      name: "ExperimentTests",
      dependencies: [
        "UNetConfiguration", "UNetData", "UNetExperiments", "UNetNetworks", "UNetPrediction",
        "UNetTestSupport",
      ]),
    .testTarget(name: "FilesTests", dependencies: ["UNetFiles", "UNetTestSupport"]),
    .testTarget(name: "GraphTests", dependencies: ["UNetGraph", "UNetNetworks", "UNetNumerics"]),
    .testTarget(
      name: "ImagesTests",
      dependencies: ["UNetData", "UNetFiles", "UNetImages", "UNetNumerics", "UNetTestSupport"]),
    .testTarget(
      name: "InterchangeTests",
      dependencies: ["UNetFiles", "UNetInterchange", "UNetNumerics", "UNetTestSupport"]),
    .testTarget(name: "NetworksTests", dependencies: ["UNetGraph", "UNetNetworks", "UNetNumerics"]),
    .testTarget(name: "NumericsTests", dependencies: ["UNetNumerics"]),
    .testTarget(
      name: "OpenCLTests",
      dependencies: [
        "COpenCL", "UNetGraph", "UNetKernels", "UNetOpenCL", "UNetRuntime", "UNetTestSupport",
      ]),
    .testTarget(
      name: "ParityTests",
      dependencies: [
        "UNetCPU", "UNetGraph", "UNetOpenCL", "UNetRuntime", "UNetTestSupport", "UNetVerification",
      ]),
    .testTarget(
      name: "PlanningTests",
      dependencies: [
        "UNetCPU", "UNetConfiguration", "UNetData", "UNetExperiments", "UNetImages", "UNetPlanning",
        "UNetTestSupport",
      ]),
    .testTarget(
      name: "PredictionTests",
      dependencies: [
        "UNetCPU", "UNetData", "UNetGraph", "UNetImages", "UNetInterchange", "UNetNetworks", "UNetNumerics",
        "UNetOpenCL", "UNetPrediction", "UNetRuntime", "UNetTestSupport", "UNetTraining",
      ]),
    .testTarget(
      name: "ReproductionTests",
      dependencies: [
        "UNetCPU", "UNetExperimentFiles", "UNetExperiments", "UNetFiles", "UNetImages", "UNetReproduction",
        "UNetTestSupport",
      ]),
    .testTarget(
      name: "RuntimeTests",
      dependencies: ["CUNetGeometry", "UNetGraph", "UNetNetworks", "UNetNumerics", "UNetRuntime"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "UNetCPU", "UNetData", "UNetGraph", "UNetNetworks", "UNetNumerics", "UNetOpenCL", "UNetPrediction",
        "UNetRuntime", "UNetTestSupport", "UNetTraining",
      ], exclude: ["Fixtures"]),
    .testTarget(
      name: "SegmentationTests",
      dependencies: [
        "UNetData", "UNetImages", "UNetNumerics", "UNetPrediction", "UNetReports", "UNetSegmentation",
        "UNetTestSupport",
      ]),
    .testTarget(name: "VersionTests", dependencies: ["UNetTestSupport", "UNetVersion"]),
  ],
  swiftLanguageModes: [.v6]
)

// Only whoever makes the documentation fetches and compiles what that takes: `make docs`.
if Context.environment["UNET_DOCS"] != nil {
  package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"))
}

// Only whoever tries readers with hostile files, which takes libFuzzer: `make fuzz`.
if Context.environment["UNET_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "UNetExperiments", "UNetImages", "UNetInterchange", "UNetPrediction", "UNetTraining",
      ], path: "Tests/Fuzz", exclude: ["seeds"]))
}
