/// Why a mail was not sent. No description carries an address, a code or a password.
package enum MailError: Error, Equatable {
    /// A setting is wrong; the text says which and how to mend it.
    case configuration(String)
    /// The server could not be reached, or the connection broke.
    case unreachable(String)
    /// The connection could not be encrypted, or the server's certificate is not trusted.
    case insecure(String)
    /// The server does not take our user name and password.
    case loginRefused
    /// The server answered with this SMTP code.
    case refused(code: Int)
    /// The file could not be written.
    case outboxFailed(String)

    /// Trying again in a moment may work.
    var isTransient: Bool {
        switch self {
        case .unreachable, .outboxFailed: true
        case .refused(let code): code < 500
        case .configuration, .insecure, .loginRefused: false
        }
    }
}

extension MailError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .configuration(let text): text
        case .unreachable(let reason): "the mail server cannot be reached: \(reason)"
        case .insecure(let reason): "the connection to the mail server is not secure: \(reason)"
        case .loginRefused: "the mail server refuses the user name or password in SMTP_URL"
        case .refused(let code): "the mail server refused the mail with code \(code)"
        case .outboxFailed(let reason): "the outbox cannot be written: \(reason)"
        }
    }
}
