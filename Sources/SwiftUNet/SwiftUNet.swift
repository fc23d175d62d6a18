// What a program needs, by one import: models, images in memory and in files, segmentation, backends.

@_exported import UNetCPU
@_exported import UNetData
@_exported import UNetGraph
@_exported import UNetImages
@_exported import UNetNumerics
@_exported import UNetPrediction
@_exported import UNetRuntime
