import Foundation
import Synchronization

/// The data folder of one running server: its parts, and the lock that keeps a second server out.
package final class DataFolder: Sendable {
    package let url: URL
    private let descriptor: Int32

    /// Makes the folder if needed and takes its lock, which the operating system takes back
    /// however this process ends.
    /// - Throws: `SettingsError` for a folder that cannot be used or is in use.
    package init(_ url: URL) throws {
        self.url = url
        do {
            // Postgres may run as another account, which has to get through to its own part.
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        } catch {
            throw SettingsError("PLACEMINT_DATA", "cannot make the folder \(url.path)")
        }
        let lock = url.appending(path: "placemint.lock").path
        descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SettingsError("PLACEMINT_DATA", "cannot write in the folder \(url.path)")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw SettingsError(
                "PLACEMINT_DATA",
                "another placemint is running on \(url.path); stop it or choose another folder")
        }
    }

    deinit { close(descriptor) }

    package var objects: URL { url.appending(path: "objects") }
    package var outbox: URL { url.appending(path: "outbox") }
    package var postgres: URL { url.appending(path: "postgres") }
    /// For files of jobs and uploads under way; emptied at the start.
    package var work: URL { url.appending(path: "work") }

    /// What a killed server left half done is of no use to anybody.
    package func emptyWork() throws {
        if FileManager.default.fileExists(atPath: work.path) {
            try FileManager.default.removeItem(at: work)
        }
        try FileManager.default.createDirectory(
            at: work, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
}
