/// What a launcher says of the processes that it has started together.
package struct RankStart: Equatable, Sendable {
  /// The variable by which a user names the MPI library.
  package static let variable = "UNET_MPI"

  /// How many processes there are, two or more, and the number of this one.
  package let count: Int, rank: Int
  /// Names of MPI libraries, those of the launcher first.
  package let libraries: [String]

  private static let openMPI = ["libmpi.so.40", "libmpi.so.20"]
  /// MPICH, Intel MPI and MVAPICH; Debian's MPICH; Cray's.
  private static let mpich = [
    "libmpi.so.12", "libmpich.so.12", "libmpi_gnu_123.so.12", "libmpi_gnu_91.so.12",
  ]

  /// That of a process with this `environment`; nil of one that is alone.
  package init?(_ environment: [String: String]) {
    func number(_ key: String) -> Int? { environment[key].flatMap { Int($0) } }
    let isOpenMPI = environment["OMPI_COMM_WORLD_SIZE"] != nil
    // srun tells the number to every process, and passes on what MPI needs only where it knows a kind (--mpi).
    let isMPI = isOpenMPI || environment["PMI_SIZE"] != nil || environment["PMIX_RANK"] != nil
    let found =
      number("OMPI_COMM_WORLD_SIZE") ?? number("PMI_SIZE") ?? (isMPI ? number("SLURM_NTASKS") : nil) ?? 1
    guard found > 1 else { return nil }
    count = found
    let keys = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"]
    rank = keys.lazy.compactMap(number).first ?? 0
    libraries = Self.libraries(environment)
  }

  /// Names of MPI libraries, those of the launcher first.
  static func libraries(_ environment: [String: String]) -> [String] {
    if let named = environment[variable], !named.isEmpty { return [named] }
    // PMIx is spoken by Open MPI and by none of the others before MPICH 4.3.
    let isOfMPICH = environment["PMI_SIZE"] != nil && environment["OMPI_COMM_WORLD_SIZE"] == nil
    return (isOfMPICH ? mpich + openMPI : openMPI + mpich) + ["libmpi.so"]
  }

  /// That none could be opened, for these reasons.
  func noLibrary(_ problems: [String]) -> String {
    let other = problems.first { !$0.contains("No such file") }
    let why = other ?? "none of \(libraries.joined(separator: ", ")) is there"
    return
      "\(count) processes were started together, and no MPI library can be opened (\(why)): install that of the launcher "
      + "(Debian: apt-get install libopenmpi3), or name its file in \(Self.variable)"
  }
}
