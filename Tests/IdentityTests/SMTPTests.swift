import Foundation
import Testing

@testable import Identity

@Suite struct SMTPTests {
    private func smtp(_ server: FakeMailServer, login: String = "") throws -> SMTP {
        let settings = try SMTPSettings(url: "smtp://\(login)127.0.0.1:\(server.port)")
        return try SMTP(settings, sender: Sender("Placemint <hello@shop.example>"))
    }

    @Test func `a mail reaches the server as it was written`() async throws {
        let server = try FakeMailServer.start()
        try await smtp(server).send(MailTests.mail())
        #expect(server.commands.first == "EHLO shop.example")
        #expect(server.commands.contains { $0.hasPrefix("MAIL FROM:<hello@shop.example>") })
        #expect(server.commands.contains("RCPT TO:<ada@example.com>"))
        #expect(server.data.contains("\nTo: ada@example.com\n"))
        #expect(server.data.contains("\n\n042137\n\n"))
        #expect(!server.commands.contains { $0.hasSuffix("<bare LF>") })
        #expect(server.commands.contains("QUIT"))
    }

    @Test func `a name and password with special characters log in`() async throws {
        let server = try FakeMailServer.start(.init(extensions: ["AUTH PLAIN"]))
        try await smtp(server, login: "me%40shop:p%3Aw%2F%C3%A9@").send(MailTests.mail())
        let login = Data("\0me@shop\0p:w/é".utf8).base64EncodedString()
        let commands = server.commands.joined(separator: " ")
        #expect(commands.contains(login))
        #expect(server.data.contains("042137"))
    }

    @Test func `a refused login is reported, without the password`() async throws {
        let server = try FakeMailServer.start(
            .init(extensions: ["AUTH PLAIN"], answers: ["AUTH": "535 no"]))
        await #expect(throws: MailError.loginRefused) {
            try await smtp(server, login: "me:secret@").send(MailTests.mail())
        }
        #expect(!MailError.loginRefused.description.contains("secret"))
        #expect(server.data.isEmpty)
    }

    @Test(arguments: [("RCPT", 550), ("MAIL", 451), ("DATA", 554), (".", 452)])
    func `a refusal is reported with its code`(command: String, code: Int) async throws {
        let server = try FakeMailServer.start(
            .init(answers: [command: "\(code) not ada@example.com"]))
        let error = await #expect(throws: MailError.self) {
            try await smtp(server).send(MailTests.mail())
        }
        #expect(error == .refused(code: code))
        #expect(error?.isTransient == (code < 500))
        #expect(error?.description.contains("ada") == false)
    }

    @Test func `without STARTTLS nothing is said to a server elsewhere`() async throws {
        let server = try FakeMailServer.start(.init(extensions: ["AUTH PLAIN"]))
        // As if the address were another machine's.
        let settings = SMTPSettings(
            host: "127.0.0.1", port: server.port, security: .startTLS, user: "me",
            password: "secret")
        let smtp = try SMTP(settings, sender: Sender("hello@shop.example"))
        let error = await #expect(throws: MailError.self) {
            try await smtp.send(MailTests.mail())
        }
        guard case .insecure = error else { return #expect(error == nil, "should be insecure") }
        #expect(!server.commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
    }

    @Test func `a server that does not speak TLS is not trusted with TLS from the start`()
        async throws
    {
        let server = try FakeMailServer.start()
        let settings = try SMTPSettings(url: "smtps://127.0.0.1:\(server.port)")
        let smtp = try SMTP(settings, sender: Sender("hello@shop.example"))
        let error = await #expect(throws: MailError.self) {
            try await smtp.send(MailTests.mail())
        }
        guard case .insecure = error else { return #expect(error == nil, "should be insecure") }
    }

    @Test func `a server that is not there cannot be reached`() async throws {
        let settings = try SMTPSettings(url: "smtp://127.0.0.1:1")
        let smtp = try SMTP(settings, sender: Sender("hello@shop.example"))
        let error = await #expect(throws: MailError.self) {
            try await smtp.send(MailTests.mail())
        }
        #expect(error?.isTransient == true)
    }

    @Test func `a server that never speaks does not hold up a stop`() async throws {
        let server = try FakeMailServer.start(.init(isSilent: true))
        let smtp = try smtp(server)
        let start = ContinuousClock.now
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await smtp.send(MailTests.mail()) }
                try await Task.sleep(for: .milliseconds(200))
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(ContinuousClock.now - start < .seconds(45))
    }

    @Test(arguments: [
        ("smtps://me:pw@mail.example", "mail.example", 465, SMTPSettings.Security.tls),
        ("smtps://me:pw@mail.example:2465", "mail.example", 2465, .tls),
        ("smtp://mail.example", "mail.example", 587, .startTLS),
        ("SMTP://127.example.com:25", "127.example.com", 25, .startTLS),
        ("smtp://localhost:1025", "localhost", 1025, .none),
        ("smtp://127.0.0.1:1025/", "127.0.0.1", 1025, .none),
        ("smtp://[::1]:1025", "::1", 1025, .none),
        ("smtp://[2001:db8::1]", "2001:db8::1", 587, .startTLS),
    ])
    func `a mail server's URL is read, with TLS unless it is this machine`(
        url: String, host: String, port: Int, security: SMTPSettings.Security
    ) throws {
        let settings = try SMTPSettings(url: url)
        #expect(settings.host == host && settings.port == port)
        #expect(settings.security == security)
    }

    @Test(arguments: [
        "", "mail.example", "http://mail.example", "smtp://", "smtp://:25", "smtp://secret@host",
        "smtp://host:0", "smtp://host:70000", "smtp://host/path", "smtp://host?secret=1",
        "smtp://host:25#secret", "smtp://:secret@host", "smtp://ho st",
    ])
    func `a wrong URL is refused in words that do not repeat it`(url: String) throws {
        let error = #expect(throws: MailError.self) { try SMTPSettings(url: url) }
        #expect(error?.description.hasPrefix("SMTP_URL cannot be used: ") == true)
        #expect(error?.description.contains("secret") == false)
    }
}
