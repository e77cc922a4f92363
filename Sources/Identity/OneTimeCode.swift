internal import Foundation
internal import Postgres

/// The six digits that are mailed to prove an address. One lives at a time for each address.
enum OneTimeCode {
    /// What people can carry from a mail to a form; with five tries, a guess succeeds once in
    /// 200,000.
    static let digits = 6
    /// Long enough for slow mail.
    static let lifetime: TimeInterval = 600
    /// Typing errors are forgiven, guessing is not. The table's check says the same.
    static let triesLimit = 5
    /// Between two mails to one address, so that nobody can fill a stranger's mailbox.
    static let mailPause: TimeInterval = 60

    /// Six decimal digits, each of the million equally likely, from the system's secure generator.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = String(Int.random(in: 0..<1_000_000, using: &generator))
        return String(repeating: "0", count: Self.digits - digits.count) + digits
    }

    /// Replaces the address's code.
    /// - Throws: `SignInError.mailTooSoon`.
    static func replace(
        with code: String, for email: EmailAddress, secret: Secret, at now: Date,
        in tx: Transaction
    ) throws {
        let digest = digest(code, email, secret)
        let written = try tx.row(
            """
            INSERT INTO auth.one_time_codes AS c (email, digest, sent_at, expires_at)
            VALUES (\(email.text), \(digest), \(now), \(now + lifetime))
            ON CONFLICT (email) DO UPDATE
            SET digest = excluded.digest, sent_at = excluded.sent_at,
                expires_at = excluded.expires_at, tries = 0, used_at = NULL
            WHERE c.sent_at <= \(now - mailPause)
            RETURNING email
            """)
        guard written == nil else { return }
        let row = try tx.row(
            "SELECT sent_at FROM auth.one_time_codes WHERE email = \(email.text)")
        let sent = try row?.value("sent_at", as: Date.self) ?? now
        let wait = mailPause - now.timeIntervalSince(sent)
        throw SignInError.mailTooSoon(seconds: Int(wait.rounded(.up).clamped(to: 1...mailPause)))
    }

    /// Takes one of the tries, whether or not the code is right, and uses the code up when it is.
    /// The update locks the row, so parallel guesses take their tries one after another.
    /// - Returns: `false` when there is no such code. Throws nothing then: the try must be kept.
    static func redeem(
        _ code: String, for email: EmailAddress, secret: Secret, at now: Date, in tx: Transaction
    ) throws -> Bool {
        let row = try tx.row(
            """
            UPDATE auth.one_time_codes SET tries = tries + 1
            WHERE email = \(email.text) AND used_at IS NULL AND expires_at > \(now)
              AND tries < \(triesLimit)::int
            RETURNING digest
            """)
        guard let digest = try row?.value("digest", as: Data.self),
            secret.isValid(digest, of: message(code, email), for: .code)
        else { return false }
        try tx.rows(
            "UPDATE auth.one_time_codes SET used_at = \(now) WHERE email = \(email.text)")
        return true
    }

    static func purge(at now: Date, in tx: Transaction) throws {
        try tx.rows("DELETE FROM auth.one_time_codes WHERE expires_at <= \(now)")
    }

    private static func digest(_ code: String, _ email: EmailAddress, _ secret: Secret) -> Data {
        secret.authenticate(message(code, email), for: .code)
    }

    private static func message(_ code: String, _ email: EmailAddress) -> String {
        email.text + "\u{0}" + code
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        min(max(self, range.lowerBound), range.upperBound)
    }
}
