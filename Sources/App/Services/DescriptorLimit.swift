import Foundation

/// How many files and connections this process may have open.
enum DescriptorLimit {
    /// As many streams and idle connections as a process serves well. Shells often give 1,024,
    /// though the system allows far more.
    private static let wanted: UInt64 = 65_536

    /// Raises the limit as far as the system allows without being asked.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return }
        let most = min(UInt64(limit.rlim_max), wanted)
        guard UInt64(limit.rlim_cur) < most else { return }
        limit.rlim_cur = rlim_t(most)
        // Where it is refused the old limit holds, and whoever is beyond it waits.
        _ = setrlimit(kind, &limit)
    }

    #if canImport(Glibc)
        private static let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let kind = RLIMIT_NOFILE
    #endif
}
