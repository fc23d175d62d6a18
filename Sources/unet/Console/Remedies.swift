import UNetCPU
import UNetDevices
import UNetKernels
import UNetOpenCL
import UNetTuning

/// An error's line with the flag, the verb or the variable of the command that mends it, which libraries do not know.
func inWordsOfTheCommand(_ error: any Error) -> String {
  switch error {
  case let error as CPUError:
    switch error {
    case .instructionSetUnknown, .instructionSetMissing:
      "\(EnvironmentVariable.instructions.rawValue): \(error)"
    case .outOfMemory: "\(error)"
    }
  case is UnknownSchedule: "\(EnvironmentVariable.schedule.rawValue): \(error), or unset it"
  case is KernelFileError: "\(error) (\(EnvironmentVariable.kernels.rawValue))"
  case is KernelBuildError where EnvironmentVariable.poclCache.map(PoCLCache.isWritable) == false:
    "PoCL cannot write to \(EnvironmentVariable.poclCache ?? ""): name another folder in POCL_CACHE_DIR, or unset it"
  case is StartFails: "\(error); `unet parity` says where"
  default: "\(error)"
  }
}
