import Glibc

/// The memory of this computer.
package enum HostMemory {
  /// Whether the system grants so many bytes more now: no limit of the process stands against them, and the computer has
  /// as many.
  package static func grants(_ bytes: Int) -> Bool {
    let pages = sysconf(Int32(_SC_PHYS_PAGES)), size = sysconf(Int32(_SC_PAGESIZE))
    guard bytes > 0 else { return bytes == 0 }
    guard pages <= 0 || bytes / size < pages else { return false }
    // Not malloc, of which a compiler may think that it succeeds.
    let block = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let block, block != MAP_FAILED else { return false }
    munmap(block, bytes)
    return true
  }

  /// Asks that the `bytes` from `start` on lie in large pages where they fill some: who walks by rows of many channels
  /// needs a page for each, and a processor remembers few.
  package static func preferLargePages(_ start: UnsafeMutableRawPointer, bytes: Int) {
    #if os(Linux)
      let size = UInt(largePage)
      let first = (UInt(bitPattern: start) + size - 1) / size * size
      let end = (UInt(bitPattern: start) + UInt(bytes)) / size * size
      guard first < end, let from = UnsafeMutableRawPointer(bitPattern: first) else { return }
      madvise(from, Int(end - first), MADV_HUGEPAGE)
    #endif
  }

  /// Bytes of a large page on x86-64 and ARM64.
  package static let largePage = 2 << 20
}
