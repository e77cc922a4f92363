/// A way to send mail: into a folder on a laptop, through SMTP elsewhere.
package protocol Mailer: Sendable {
    /// Returns when the mail is out of our hands.
    /// - Throws: `MailError`; `CancellationError`.
    func send(_ mail: SignInMail) async throws

    /// Looks whether a mail could be sent now, without sending one.
    /// - Returns: a remark for the operator.
    /// - Throws: `MailError`; `CancellationError`.
    func probe() async throws -> String
}
