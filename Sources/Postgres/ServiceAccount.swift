import Foundation
import Subprocess

/// The operating system's account that Postgres runs as: ours, or `postgres` when we are root,
/// as Postgres refuses to run as root.
struct ServiceAccount: Sendable {
    private let identity: (user: uid_t, group: gid_t)?

    /// - Throws: `PostgresError.configuration` when we are root and there is no such account.
    static func current() throws -> ServiceAccount {
        guard geteuid() == 0 else { return ServiceAccount(identity: nil) }
        guard let entry = getpwnam("postgres"),
            FileManager.default.isExecutableFile(atPath: setpriv)
        else {
            throw PostgresError.configuration(
                "PostgreSQL does not run as root, and the account 'postgres' or setpriv is missing: "
                    + "run script/setup, or start as another user")
        }
        return ServiceAccount(identity: (entry.pointee.pw_uid, entry.pointee.pw_gid))
    }

    /// Makes a folder that only this account may enter, and checks that it can get there.
    func makePrivateFolder(_ folder: URL) throws {
        let manager = FileManager.default
        do {
            try manager.createDirectory(at: folder, withIntermediateDirectories: true)
            if let identity {
                try manager.setAttributes(
                    [.ownerAccountID: identity.user, .groupOwnerAccountID: identity.group],
                    ofItemAtPath: folder.path)
            }
            try manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
        } catch {
            throw PostgresError.configuration("cannot make the folder \(folder.path)")
        }
        guard identity != nil, let closed = firstClosedAncestor(of: folder) else { return }
        throw PostgresError.configuration(
            "the account 'postgres' may not enter \(closed): run 'chmod o+x \(closed)', "
                + "or set PLACEMINT_DATA to another folder")
    }

    private func firstClosedAncestor(of folder: URL) -> String? {
        var ancestors: [URL] = []
        var parent = folder.standardizedFileURL.deletingLastPathComponent()
        while parent.path != "/" {
            ancestors.append(parent)
            parent.deleteLastPathComponent()
        }
        return ancestors.reversed().map(\.path).first { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return true }
            let isOwner = status.st_uid == identity?.user
            return status.st_mode & (isOwner ? 0o100 : 0o001) == 0
        }
    }

    /// A program and its arguments, as this account runs them.
    ///
    /// The account is changed by `setpriv`, after the program was replaced: glibc's own calls may
    /// wait forever in a fork of a process with threads.
    func command(_ program: String, _ arguments: [String]) -> (program: String, [String]) {
        guard let identity else { return (program, arguments) }
        let change = [
            "--reuid", "\(identity.user)", "--regid", "\(identity.group)", "--clear-groups", "--",
        ]
        return (Self.setpriv, change + [program] + arguments)
    }

    private static let setpriv = "/usr/bin/setpriv"

    /// - Parameter detached: in a session of its own, out of reach of the terminal's Ctrl-C.
    static func platformOptions(detached: Bool) -> PlatformOptions {
        var options = PlatformOptions()
        options.createSession = detached
        return options
    }
}
