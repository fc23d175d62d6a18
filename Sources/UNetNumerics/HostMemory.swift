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
}
