import Foundation
import Testing

@testable import Identity

@Suite struct MailTests {
    private static let time = Date(timeIntervalSince1970: 1_795_336_200)

    static func mail(_ address: String = "ada@example.com", code: String = "042137") throws
        -> SignInMail
    {
        SignInMail(
            to: try EmailAddress(address), code: code, writtenAt: time,
            expiresAt: time + OneTimeCode.lifetime)
    }

    private func message(_ sender: String = "Placemint <hello@example.com>") throws -> String {
        MailMessage(try Self.mail(), from: try Sender(sender)).text(lineEnd: "\n")
    }

    @Test func `a message has the headers that mail needs, once each`() throws {
        let parts = try message().split(separator: "\n\n", maxSplits: 1)
        let headers = try Dictionary(
            parts[0].split(separator: "\n").map { line in
                let colon = try #require(line.firstIndex(of: ":"))
                return (String(line[..<colon]), String(line[colon...].dropFirst(2)))
            }, uniquingKeysWith: { _, _ in "twice" })
        #expect(headers["Date"] == "Sun, 22 Nov 2026 08:30:00 +0000")
        #expect(headers["From"] == #""Placemint" <hello@example.com>"#)
        #expect(headers["To"] == "ada@example.com")
        #expect(headers["Subject"] == "Your Placemint code")
        #expect(headers["MIME-Version"] == "1.0")
        #expect(headers["Message-ID"]?.wholeMatch(of: /<[a-z]{24}@example\.com>/) != nil)
        #expect(headers["Content-Type"]?.hasPrefix("multipart/alternative; boundary=") == true)
    }

    @Test func `the code is the first number of six digits, alone on its line, in plain text`()
        throws
    {
        let body = try #require(
            try message().split(separator: "\n\n", maxSplits: 1).dropFirst().first)
        #expect(body.firstMatch(of: /[0-9]{6,}/)?.output == "042137")
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        let plain = lines.prefix { !$0.contains("text/html") }
        #expect(plain.count(where: { $0 == "042137" }) == 1)
        #expect(plain.contains { $0.contains("It works for 10 minutes.") })
        #expect(
            body.split(separator: /[^0-9]+/).filter { $0.count == 6 }.allSatisfy { $0 == "042137" })
    }

    @Test func `a message is plain ASCII in short lines, and its parts are delimited`() throws {
        let text = try message()
        #expect(text.utf8.allSatisfy { $0 == 10 || 32..<127 ~= $0 })
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 78 })
        let boundary = try #require(text.firstMatch(of: /boundary="([^"]+)"/)?.output.1)
        #expect(text.components(separatedBy: "\n--\(boundary)\n").count == 3)
        #expect(text.hasSuffix("\n--\(boundary)--\n"))
    }

    @Test(arguments: [
        ("hello@example.com", "hello@example.com"),
        ("Placemint <hello@example.com>", #""Placemint" <hello@example.com>"#),
        ("\"Shop, Inc.\" <hello@example.com>", #""Shop, Inc." <hello@example.com>"#),
        ("A \"B\\C <hello@example.com>", #""A \"B\\C" <hello@example.com>"#),
        ("Café <hello@example.com>", "=?UTF-8?B?Q2Fmw6k=?= <hello@example.com>"),
    ])
    func `a sender is written so that any mail program reads it`(text: String, header: String)
        throws
    {
        #expect(try Sender(text).header == header)
    }

    @Test(arguments: [
        "", "hello", "Placemint <hello@example.com", "Placemint <>",
        "<a@example.com> <b@example.com>",
        "Placemint\r\nBcc: eve@example.com <hello@example.com>", "A\u{0} <hello@example.com>",
        "hello@example.com\nBcc: eve@example.com", "Placemint <hello@example.com> x",
        String(repeating: "n", count: 46) + " <hello@example.com>",
    ])
    func `a sender that cannot stand in a header is refused`(text: String) {
        #expect(throws: MailError.self) { try Sender(text) }
    }

    @Test(arguments: ["a\r\nBcc: eve@example.com", "a\nb", "a\u{0}b", "\u{2028}", "ü\r\n"])
    func `no header text breaks its line`(text: String) {
        let written = HeaderText(text).description
        #expect(written.utf8.allSatisfy { 32..<127 ~= $0 })
        #expect(!written.contains("Bcc"))
    }

    @Test func `long header text is split between characters into words of 75`() throws {
        let words = HeaderText(String(repeating: "é", count: 100)).description.split(separator: " ")
        #expect(words.count == 5)
        #expect(words.allSatisfy { $0.count <= 75 })
        let decoded = try words.map { word in
            let base64 = word.dropFirst("=?UTF-8?B?".count).dropLast(2)
            let data = try #require(Data(base64Encoded: String(base64)))
            return try #require(String(data: data, encoding: .utf8))
        }
        #expect(decoded.joined() == String(repeating: "é", count: 100))
    }
}
