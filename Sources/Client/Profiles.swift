package import Foundation

/// The servers a person uses, and their key for each: a file that only they can read.
package struct Profiles: Sendable {
    package struct Profile: Codable, Equatable, Sendable {
        package let server: URL
        package let key: String

        package init(server: URL, key: String) {
            self.server = server
            self.key = key
        }
    }

    private struct Contents: Codable {
        var `default`: String?
        var profiles: [String: Profile] = [:]
    }

    package static let usualName = "default"

    package let file: URL

    /// - Parameter environment: where `XDG_CONFIG_HOME` or `HOME` is.
    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let home = environment["HOME"] ?? NSHomeDirectory()
        let folder =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
            ?? URL(filePath: home).appending(path: ".config")
        file = folder.appending(path: "placemint/profiles.json")
    }

    /// All, by name, and which one is used without a name.
    /// - Throws: `ClientError.file` when the file is damaged.
    package func all() throws -> (profiles: [String: Profile], usual: String?) {
        let contents = try read()
        return (contents.profiles, contents.default)
    }

    /// - Parameter name: the usual one when absent.
    /// - Returns: `nil` when there is none.
    /// - Throws: `ClientError.file`.
    package func find(_ name: String?) throws -> Profile? {
        let contents = try read()
        return (name ?? contents.default).flatMap { contents.profiles[$0] }
    }

    /// Keeps a profile, which becomes the usual one.
    /// - Throws: `ClientError.file`.
    package func keep(_ profile: Profile, as name: String) throws {
        var contents = try read()
        contents.profiles[name] = profile
        contents.default = name
        try write(contents)
    }

    /// - Returns: whether there was one.
    /// - Throws: `ClientError.file`.
    package func remove(_ name: String) throws -> Bool {
        var contents = try read()
        guard contents.profiles.removeValue(forKey: name) != nil else { return false }
        if contents.default == name { contents.default = contents.profiles.keys.sorted().first }
        try write(contents)
        return true
    }

    private func read() throws -> Contents {
        guard FileManager.default.fileExists(atPath: file.path) else { return Contents() }
        do {
            return try JSONDecoder().decode(Contents.self, from: Data(contentsOf: file))
        } catch {
            throw ClientError.file(
                "\(file.path) cannot be read. Remove it, and sign in again with 'placemint login'.")
        }
    }

    /// Written beside and moved over, so that it is never half there, nor readable by others.
    private func write(_ contents: Contents) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let part = file.appendingPathExtension("part")
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try? FileManager.default.removeItem(at: part)  // Of a run that was cut off.
            let data = try encoder.encode(contents)
            guard
                FileManager.default.createFile(
                    atPath: part.path, contents: data, attributes: [.posixPermissions: 0o600]),
                rename(part.path, file.path) == 0
            else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw ClientError.file("\(file.path) cannot be written.")
        }
    }
}
