import Foundation
import UNetExperiments
import UNetOpenCL
let a = CommandLine.arguments
let b = OpenCLBackend(try Device.open(Int(a[3])!))
let r = try Benchmark.measure(on: b, size: Int(a[1])!, width: Int(a[2])!, runs: 3)
for o in r.operations { print(String(format: "%8.2f ms %7.1f GF %6.1f GB %4.0f%%  ", o.seconds*1e3, o.gflops, o.gigabytes, o.share*100) + o.operation) }
print(r.device, r.forwardSeconds, r.stepSeconds, r.peakGflops, r.peakGigabytes, r.memoryMegabytes, r.forwardMegabytes)
