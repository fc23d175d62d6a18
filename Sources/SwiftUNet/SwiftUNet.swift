// What a program needs, by one import: experiments and their training, models and segmentation, images in memory and in
// files, evaluation, networks and graphs, devices, and swift-log's `Logger`.

@_exported import Logging
@_exported import UNetConfiguration
@_exported import UNetData
@_exported import UNetDevices
@_exported import UNetEvaluation
@_exported import UNetExperiments
@_exported import UNetFiles
@_exported import UNetGraph
@_exported import UNetImages
@_exported import UNetNetworks
@_exported import UNetNumerics
@_exported import UNetOptions
@_exported import UNetPrediction
@_exported import UNetRuntime
@_exported import UNetTraining
@_exported import UNetWork
