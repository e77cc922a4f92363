package import Foundation
package import Logging
internal import Synchronization

/// Mails on their way, so that an answer need not wait for a mail server.
///
/// Kept in memory: who asked for a code just before a restart asks for another a minute later.
package final class MailQueue: Sendable {
    /// More than a mail server takes in the ten minutes that a code lives.
    package static let limit = 1000
    /// Mail servers allow a client few connections at once.
    private static let sendersLimit = 4

    private let mailer: any Mailer
    private let logger: Logger
    private let pauses: [Duration]
    private let now: @Sendable () -> Date
    private let mails: AsyncStream<SignInMail>
    private let entry: AsyncStream<SignInMail>.Continuation
    private let places = Mutex(limit)

    /// - Parameter pauses: between a failed attempt and the next; after the last the mail is
    ///   given up.
    package init(
        _ mailer: any Mailer, logger: Logger,
        pauses: [Duration] = [.seconds(1), .seconds(5), .seconds(25)],
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.mailer = mailer
        self.logger = logger
        self.pauses = pauses
        self.now = now
        // Bounded by the places.
        (mails, entry) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Takes a place, then lets `write` say what is to be sent, if anything. A full queue refuses
    /// before `write` runs.
    /// - Throws: `SignInError.mailQueueFull`; what `write` throws.
    func enqueue(_ write: () async throws -> SignInMail?) async throws {
        try takePlace()
        do {
            guard let mail = try await write() else { return leavePlace() }
            entry.yield(mail)
        } catch {
            leavePlace()
            throw error
        }
    }

    /// Sends what comes, until cancelled; then what still waits is dropped. To be called once.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            var underway = 0
            for await mail in mails {
                if underway == Self.sendersLimit {
                    await group.next()
                    underway -= 1
                }
                group.addTask { await self.deliver(mail) }
                underway += 1
            }
        }
    }

    private func takePlace() throws {
        try places.withLock { places in
            guard places > 0 else { throw SignInError.mailQueueFull }
            places -= 1
        }
    }

    private func leavePlace() { places.withLock { $0 += 1 } }

    // MARK: Sending

    private func deliver(_ mail: SignInMail) async {
        defer { leavePlace() }
        do {
            for pause in pauses {
                if try await send(mail, isLast: false) { return }
                try await Task.sleep(for: pause)
            }
            _ = try await send(mail, isLast: true)
        } catch is CancellationError {
            logger.warning("A mail was not sent because the server stops")
        } catch {
            logger.error("A mail could not be sent", metadata: ["error": "\(error)"])
        }
    }

    /// - Returns: `false` when trying again makes sense.
    private func send(_ mail: SignInMail, isLast: Bool) async throws -> Bool {
        guard mail.expiresAt > now() else {
            logger.warning("A mail was not sent before its code expired")
            return true
        }
        do {
            try await mailer.send(mail)
            return true
        } catch let error as MailError where error.isTransient && !isLast {
            logger.notice("A mail waits to be sent again", metadata: ["error": "\(error)"])
            return false
        }
    }
}
