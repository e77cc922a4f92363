import Foundation

/// The folder of everything that is kept on this machine.
struct DataFolder: Sendable {
    let url: URL

    init(_ url: URL) { self.url = url }

    var objects: URL { url.appending(path: "objects") }
    var outbox: URL { url.appending(path: "outbox") }
    var postgres: URL { url.appending(path: "postgres") }
    /// For files of jobs and uploads under way.
    var work: URL { url.appending(path: "work") }

    /// Makes the folder. Postgres may run as another account, which has to get through to its own
    /// part, so the folder itself is open; each part in it is not.
    /// - Throws: `SettingsError`.
    func make() throws {
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        } catch {
            throw SettingsError("PLACEMINT_DATA", "cannot make the folder \(url.path)")
        }
    }

    /// Removes what a killed server left half done. Only for the one that holds the lock.
    func emptyWork() throws {
        if FileManager.default.fileExists(atPath: work.path) {
            try FileManager.default.removeItem(at: work)
        }
        try FileManager.default.createDirectory(
            at: work, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
}

/// Keeps a second server out of a data folder. The operating system lets go of it however this
/// process ends.
final class DataFolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `SettingsError` for a folder that cannot be written or is in use.
    init(_ folder: DataFolder) throws {
        try folder.make()
        let file = folder.url.appending(path: "placemint.lock").path
        descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SettingsError("PLACEMINT_DATA", "cannot write in the folder \(folder.url.path)")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw SettingsError(
                "PLACEMINT_DATA",
                "another placemint is running on \(folder.url.path); "
                    + "stop it or choose another folder")
        }
    }

    func release() { close(descriptor) }
}
