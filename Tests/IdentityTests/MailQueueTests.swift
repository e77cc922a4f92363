import Foundation
import Logging
import Testing

@testable import Identity

@Suite struct MailQueueTests {
    private let mailbox = Mailbox()

    private func queue(_ pauses: [Duration] = [.milliseconds(5), .milliseconds(5)]) -> MailQueue {
        let time = Date(timeIntervalSince1970: 1_795_336_200)
        return MailQueue(mailbox, logger: Logger(label: "test"), pauses: pauses) { time }
    }

    private func running(_ queue: MailQueue, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await queue.run() }
            try await body()
            group.cancelAll()
        }
    }

    @Test func `a mail that a server could not take is sent again`() async throws {
        let queue = queue()
        mailbox.fail([.unreachable("away"), .refused(code: 451)])
        try await running(queue) {
            try await queue.enqueue { try MailTests.mail() }
            #expect(try await mailbox.next().code == "042137")
        }
    }

    @Test func `a mail is given up when it was refused for good, or too often`() async throws {
        let queue = queue()
        mailbox.fail([.refused(code: 550)])
        try await running(queue) {
            try await queue.enqueue { try MailTests.mail(code: "111111") }
            try await queue.enqueue { try MailTests.mail(code: "222222") }
            #expect(try await mailbox.next().code == "222222")
            mailbox.fail([.unreachable("1"), .unreachable("2"), .unreachable("3")])
            try await queue.enqueue { try MailTests.mail(code: "333333") }
            while mailbox.failuresLeft > 0 { try await Task.sleep(for: .milliseconds(5)) }
            try await queue.enqueue { try MailTests.mail(code: "444444") }
            #expect(try await mailbox.next().code == "444444")
            #expect(mailbox.all.map(\.code) == ["222222", "444444"])
        }
    }

    @Test func `a mail whose code has expired is not sent`() async throws {
        let queue = queue()
        let mail = try MailTests.mail()
        try await running(queue) {
            try await queue.enqueue {
                SignInMail(
                    to: mail.to, code: "111111", writtenAt: mail.writtenAt - 600,
                    expiresAt: mail.writtenAt)
            }
            try await queue.enqueue { mail }
            #expect(try await mailbox.next().code == mail.code)
            #expect(mailbox.all.count == 1)
        }
    }

    @Test func `a full queue refuses before anything is written, and takes mail again`()
        async throws
    {
        let queue = queue()
        for _ in 0..<MailQueue.limit { try await queue.enqueue { try MailTests.mail() } }
        await #expect(throws: SignInError.mailQueueFull) {
            try await queue.enqueue {
                Issue.record("was asked to write")
                return nil
            }
        }
        try await running(queue) {
            for _ in 0..<MailQueue.limit { _ = try await mailbox.next() }
            // The last places are given back just after their mails were sent.
            for _ in 0..<100 where !(await succeeds { try await queue.enqueue { nil } }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await queue.enqueue { try MailTests.mail() }
            _ = try await mailbox.next()
        }
    }

    @Test func `what is not sent after all, or fails to be written, takes no place`() async throws {
        let queue = queue()
        for _ in 0..<(MailQueue.limit + 1) {
            try await queue.enqueue { nil }
            await #expect(throws: SignInError.emailInvalid) {
                try await queue.enqueue { throw SignInError.emailInvalid }
            }
        }
        try await queue.enqueue { try MailTests.mail() }
    }
}
