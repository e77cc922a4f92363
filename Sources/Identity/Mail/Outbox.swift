package import Foundation
package import Logging

/// Mail for a laptop: each is a file in a folder, and its code is in the log.
/// Only for a server that nobody else reaches.
package struct Outbox: Mailer {
    private let folder: URL
    private let sender: Sender
    private let logger: Logger

    /// Makes the folder, which only its owner may enter.
    /// - Parameter folder: `outbox/` in the data folder.
    /// - Throws: `MailError.outboxFailed`.
    package init(folder: URL, sender: Sender, logger: Logger) throws {
        self.folder = folder
        self.sender = sender
        self.logger = logger
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw MailError.outboxFailed("cannot make the folder \(folder.path)")
        }
    }

    package func send(_ mail: SignInMail) async throws {
        let message = MailMessage(mail, from: sender)
        let milliseconds = Int(mail.writtenAt.timeIntervalSince1970 * 1000)
        let name = "\(milliseconds)-\(message.id).eml"
        try write(Data(message.text(lineEnd: "\n").utf8), to: name)
        // With no mail to send, the log is where the code is read.
        // nosemgrep: swift-secret-in-log
        logger.notice("Sign-in code", metadata: ["code": "\(mail.code)", "file": "\(name)"])
    }

    /// Under another name first, so that whoever watches the folder only sees whole mails.
    private func write(_ content: Data, to name: String) throws {
        let manager = FileManager.default
        let draft = folder.appending(path: ".\(name).tmp")
        let isWritten = manager.createFile(
            atPath: draft.path, contents: content, attributes: [.posixPermissions: 0o600])
        guard isWritten else { throw MailError.outboxFailed("cannot write to \(folder.path)") }
        do {
            try manager.moveItem(at: draft, to: folder.appending(path: name))
        } catch {
            // The draft's failure is the one to report.
            try? manager.removeItem(at: draft)
            throw MailError.outboxFailed("cannot write to \(folder.path)")
        }
    }

    package func probe() async throws -> String {
        guard FileManager.default.isWritableFile(atPath: folder.path) else {
            throw MailError.outboxFailed("\(folder.path) cannot be written to")
        }
        return "mail stays on this machine, in \(folder.path), and codes are in the log"
    }
}
