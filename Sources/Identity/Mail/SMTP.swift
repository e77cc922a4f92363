internal import CCurl
internal import Foundation

/// Mail through an SMTP server, one connection a mail.
package struct SMTP: Mailer {
    private let settings: SMTPSettings
    private let sender: Sender

    /// - Throws: `MailError.configuration` when libcurl cannot be used.
    package init(_ settings: SMTPSettings, sender: Sender) throws {
        guard Self.isReady else { throw MailError.configuration("libcurl cannot be initialised") }
        self.settings = settings
        self.sender = sender
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    /// Waits on a thread of its own, as libcurl blocks: the threads that tasks share stay free.
    package func send(_ mail: SignInMail) async throws {
        let text = MailMessage(mail, from: sender).text(lineEnd: "\r\n")
        try await run(SMTPTransfer(settings, .mail(from: sender.address, to: mail.to, text)))
    }

    /// Connects, signs in and takes its leave.
    package func probe() async throws -> String {
        try await run(SMTPTransfer(settings, .greeting(sender.address)))
        return "\(settings.host) takes mail from \(sender.address)"
    }

    private func run(_ transfer: SMTPTransfer) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (done: CheckedContinuation<Void, any Error>) in
                Thread.detachNewThread { done.resume(with: Result { try transfer.run() }) }
            }
        } onCancel: {
            transfer.cancel()
        }
    }
}
