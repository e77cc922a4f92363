import Foundation
import Metrics

/// What the operating system knows of this process, under the names that every exporter uses.
enum ProcessGauges {
    private static let startedAt = Date()

    /// Call once at the start.
    static func begin() {
        Meter(label: "process_start_time_seconds").set(startedAt.timeIntervalSince1970)
        Meter(label: "placemint_build_info", dimensions: [("version", Version.current)]).set(1)
        Meter(label: "process_max_fds").set(descriptorLimit)
    }

    static func refresh() {
        if let bytes = residentBytes() { Meter(label: "process_resident_memory_bytes").set(bytes) }
        if let count = openDescriptors() { Meter(label: "process_open_fds").set(count) }
    }

    private static var descriptorLimit: Int64 {
        var limit = rlimit()
        #if os(Linux)
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
            getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        return Int64(clamping: limit.rlim_cur)
    }

    /// - Returns: `nil` where the system has no `/proc`.
    private static func residentBytes() -> Int64? {
        // Without the file there is nothing to say.
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
            return nil
        }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
        return pages.map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) }
    }

    private static func openDescriptors() -> Int64? {
        // macOS has the other folder; without either there is nothing to say.
        let folder = ["/proc/self/fd", "/dev/fd"]
            .lazy.compactMap { try? FileManager.default.contentsOfDirectory(atPath: $0) }.first
        return folder.map { Int64($0.count) }
    }
}
