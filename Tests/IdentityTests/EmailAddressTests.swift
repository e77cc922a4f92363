import Testing

@testable import Identity

@Suite struct EmailAddressTests {
    @Test func `an address is trimmed and lowered`() throws {
        let email = try EmailAddress("  Ada.Lovelace+Shop@Example.COM ")
        #expect(email.text == "ada.lovelace+shop@example.com")
        #expect(email.domain == "example.com")
    }

    @Test(arguments: [
        "", " ", "ada", "ada@", "@example.com", "ada@example", "ada@@example.com",
        "ada@exa mple.com", "a da@example.com", "ada@example..com", "ada@.example.com",
        "ada@example.com.", ".ada@example.com", "ada.@example.com", "a..da@example.com",
        "ada@-example.com", "ada@example-.com", "ada@exam_ple.com", "äda@example.com",
        "ada@exämple.com", "\"ada\"@example.com", "<ada@example.com>", "ada@example.com\n",
        "ada@example.com\r\nBcc: eve@example.com", "ada@example.com,eve@example.com",
        "ada@example.com\u{0}", "ada(x)@example.com", "ada@[127.0.0.1]", "\u{212A}@example.com",
    ])
    func `an address that mail cannot be sent to is refused`(text: String) {
        #expect(throws: SignInError.emailInvalid) { try EmailAddress(text) }
    }

    @Test func `an address has 255 characters at most`() throws {
        let label = String(repeating: "d", count: 60)
        let domain = [label, label, label, String(repeating: "e", count: 58)].joined(separator: ".")
        let longest = try EmailAddress(String(repeating: "a", count: 13) + "@" + domain)
        #expect(longest.text.count == 255)
        #expect(throws: SignInError.emailInvalid) { try EmailAddress("a\(longest)") }
        #expect(throws: SignInError.emailInvalid) {
            try EmailAddress(String(repeating: "a", count: 65) + "@example.com")
        }
        #expect(throws: SignInError.emailInvalid) {
            try EmailAddress(String(repeating: " ", count: 1_000_000) + "ada@example.com")
        }
    }
}
