import UNetNumerics

/// Makes sure that `bytes` of memory can be had, for an array that traps where they cannot.
/// - Throws: `PageError`.
func requireMemory(_ bytes: Int) throws {
  guard !HostMemory.grants(bytes) else { return }
  throw PageError(problem: "needs \(bytes) bytes of memory, which are not free: cut it into smaller images")
}
