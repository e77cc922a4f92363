import Foundation
import Logging
import Synchronization
import Testing

@testable import Identity

@Suite struct OutboxTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "placemint-outbox-\(UUID().uuidString)/outbox")

    @Test func `a mail is one file that only its owner reads, and its code is in the log`()
        async throws
    {
        let log = LogRecorder.Storage()
        let outbox = try Outbox(
            folder: folder, sender: Sender("Placemint <hello@example.com>"),
            logger: Logger(label: "test") { _ in LogRecorder(storage: log) })
        defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
        try await outbox.send(MailTests.mail())
        try await outbox.send(MailTests.mail("bob@example.com", code: "999999"))

        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.count == 2)
        #expect(names.allSatisfy { $0.wholeMatch(of: /1795336200000-[a-z]{24}\.eml/) != nil })
        let files = try names.map {
            try String(contentsOf: folder.appending(path: $0), encoding: .utf8)
        }
        let file = try #require(files.first { $0.contains("To: ada@example.com\n") })
        #expect(file.contains("\n\n042137\n\n"))
        #expect(!file.contains("\r"))
        for name in names {
            #expect(try permissions(folder.appending(path: name)) == 0o600)
        }
        #expect(try permissions(folder) == 0o700)
        #expect(log.lines.withLock { $0 } == ["Sign-in code 042137", "Sign-in code 999999"])
    }

    @Test func `an outbox that cannot be written says so`() async throws {
        let outbox = try Outbox(
            folder: folder, sender: Sender("hello@example.com"), logger: Logger(label: "test"))
        try FileManager.default.removeItem(at: folder)
        defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
        await #expect(throws: MailError.self) { try await outbox.send(MailTests.mail()) }
        try Data().write(to: folder)
        #expect(throws: MailError.self) {
            try Outbox(
                folder: folder, sender: Sender("hello@example.com"), logger: Logger(label: "test"))
        }
    }

    private func permissions(_ url: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
    }
}

/// Keeps messages and their codes.
struct LogRecorder: LogHandler {
    final class Storage: Sendable {
        let lines = Mutex<[String]>([])
    }

    let storage: Storage
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let code = event.metadata?["code"].map { " \($0)" } ?? ""
        storage.lines.withLock { $0.append("\(event.message)\(code)") }
    }
}
