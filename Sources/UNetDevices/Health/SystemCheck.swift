import Foundation
import Glibc
import Logging
import UNetFiles
import UNetNumerics

/// What stands in the way of running here, and what does not: `unet doctor`.
package struct SystemCheck: Sendable {
  /// A line about one thing.
  package struct Finding: Equatable, Sendable {
    /// How it is.
    package enum State: String, Sendable {
      /// In order.
      case good = "ok"
      /// It works, and could be better.
      case note
      /// It does not work.
      case bad = "fix"
    }
    package let state: State
    package let text: String

    package init(state: State, text: String) { (self.state, self.text) = (state, text) }
  }
  package let findings: [Finding]

  /// Looks at devices, drivers, memory and folders.
  ///
  /// - `folders`: which are written to, each with what for.
  /// - `root`: the folder that stands for `/`.
  /// - Throws: what is wrong with the settings, and with the user's tuning of a device.
  package init(_ registry: DeviceRegistry, folders: [(use: String, path: String)], root: String = "") throws {
    let devices = registry.devices
    var findings = zip(devices, try registry.properties()).map { found, properties in
      found.device.lacks.isEmpty
        ? Finding(state: .good, text: "\(found.choice): \(properties.title)")
        : Finding(
          state: .note,
          text:
            "\(found.choice): \(found.device.name) lacks \(found.device.lacks.joined(separator: ", ")), so it is not used"
        )
    }
    findings += registry.notes.map { Finding(state: .bad, text: $0) }
    findings += GraphicsCard.all(root: root).compactMap { Self.card($0, devices.map(\.device), root: root) }
    let hasCard = devices.contains { $0.device.rank == .card && $0.device.lacks.isEmpty }
    if !hasCard {
      findings += registry.missing.map { Finding(state: .note, text: "no \($0.kind.title): \($0.remedy)") }
    }
    findings.append(Self.processors(root: root))
    findings.append(Self.memory(root: root))
    findings += folders.map { Self.folder($0.use, $0.path) }
    self.findings = findings
  }

  /// Whether nothing stands in the way.
  package var isHealthy: Bool { !findings.contains { $0.state == .bad } }

  /// Tells of each card that could be used, were there a driver that offers it: else a computer with a card works on its processor
  /// and nobody knows why.
  ///
  /// - `root`: the folder that stands for `/`.
  package static func tellUnofferedCards(_ registry: DeviceRegistry, _ logger: Logger, root: String = "") {
    let devices = registry.devices.map(\.device)
    for finding in GraphicsCard.all(root: root).compactMap({ card($0, devices, root: root) })
    where finding.state == .bad { logger.warning("\(finding.text)") }
  }

  /// A card that no driver offers, and why; nil where it is offered.
  private static func card(_ card: GraphicsCard, _ devices: [FoundDevice], root: String) -> Finding? {
    let isOffered = devices.contains { device in
      device.rank == .card
        && card.maker.words.contains { "\(device.name) \(device.maker)".lowercased().contains($0) }
    }
    guard !isOffered else { return nil }
    let what = "\(card.maker.name) graphics at \(card.place)"
    let files = card.maker.files.flatMap { matching($0, root: root) }
    if files.isEmpty {
      return Finding(
        state: .bad,
        text:
          "\(what): there is no \(card.maker.files.joined(separator: " and no ")): the kernel's driver is not loaded or, in a container, "
          + "the device is not passed through (docker run --gpus all, or --device /dev/dri)")
    }
    if let closed = files.first(where: { access($0, R_OK | W_OK) != 0 }) {
      return Finding(
        state: .bad,
        text:
          "\(what): you may not use \(closed.dropFirst(root.count)): \(membership(of: closed))")
    }
    // Containers are often given the driver without the line by which programs find it.
    if card.maker == .nvidia, root.isEmpty, let library = dlopen("libnvidia-opencl.so.1", RTLD_LAZY) {
      dlclose(library)
      return Finding(
        state: .bad,
        text: "\(what): its driver is there, and no file names it: mkdir -p /etc/OpenCL/vendors && "
          + "echo libnvidia-opencl.so.1 > /etc/OpenCL/vendors/nvidia.icd")
    }
    // An Intel processor's own graphics are slower than the CPU backend often is.
    return Finding(
      state: card.maker == .intel ? .note : .bad,
      text: "\(what): no OpenCL driver offers it: install \(card.maker.packages)")
  }

  private static func matching(_ name: String, root: String) -> [String] {
    guard name.hasSuffix("*") else { return Files.exists(root + name) ? [root + name] : [] }
    let (folder, start) = (root + Path.folder(of: name), Path.name(name).dropLast())
    return ((try? Files.names(in: folder)) ?? []).filter { $0.hasPrefix(start) }.sorted().map {
      Path.join(folder, $0)
    }
  }

  /// How to become one who may use a device's file; in a container its group has often no name.
  private static func membership(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0, let entry = getgrgid(status.st_gid) else {
      return "start the container with its group (docker run --group-add \(status.st_gid))"
    }
    let name = String(cString: entry.pointee.gr_name)
    return
      "become a member of its group (sudo usermod -aG \(name == "root" ? "render" : name) $USER), and log in anew"
  }

  private static func processors(root: String) -> Finding {
    let all = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    let used = HostThreads.count
    return Finding(
      state: .good,
      text: used < all
        ? "\(used) of \(all) processors are this process's (affinity, control group)" : "\(used) processors")
  }

  private static func memory(root: String) -> Finding {
    func kilobytes(_ key: String) -> UInt64? {
      // A file of the system, whose size is not known before it is read.
      guard let bytes = try? FileReader("\(root)/proc/meminfo").bytes(at: 0, count: 1 << 16) else {
        return nil
      }
      let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first {
        $0.hasPrefix(key + ":")
      }
      return line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }
    }
    guard let total = kilobytes("MemTotal"), let free = kilobytes("MemAvailable") else {
      return Finding(state: .note, text: "how much memory there is is not known")
    }
    var limit = rlimit()
    let isLimited =
      getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur < rlim_t.max / 2
    let limited =
      isLimited ? ", of which this process may have \(gigabytes(UInt64(limit.rlim_cur))) (ulimit -v)" : ""
    return Finding(
      state: free < 1 << 20 ? .note : .good,
      text: "memory \(gigabytes(total << 10)), \(gigabytes(free << 10)) of it free\(limited)")
  }

  /// Whether files can be written to a folder, or to the nearest above it that is there; and the room.
  private static func folder(_ use: String, _ path: String) -> Finding {
    var there = path
    while !Files.exists(there), there != "/", there != "." { there = Path.folder(of: there) }
    guard Files.isFolder(there) else {
      return Finding(state: .bad, text: "\(use) (\(path)): \(there) is no folder: remove it, or name another")
    }
    do { try AtomicFile.check(Path.join(there, "unet-doctor")) } catch {
      return Finding(state: .bad, text: "\(use) (\(path)): \(error): name another folder")
    }
    var system = statvfs()
    guard statvfs(there, &system) == 0 else {
      return Finding(state: .good, text: "\(use) (\(path)) can be written to")
    }
    let room = UInt64(system.f_bavail) * UInt64(system.f_frsize)
    return Finding(
      state: room < 1 << 30 ? .note : .good,
      text: "\(use) (\(path)) can be written to, \(gigabytes(room)) are free")
  }
}
