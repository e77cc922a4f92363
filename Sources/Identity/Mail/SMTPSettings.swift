internal import Foundation

/// A mail server and how to log in: `smtps://user:password@host:465`, or `smtp://host:587`, which
/// must offer STARTTLS unless it is on this machine.
package struct SMTPSettings: Equatable, Sendable {
    /// Where mail is submitted with TLS from the start, and with STARTTLS (RFC 8314, RFC 6409).
    private static let ports = ["smtps": 465, "smtp": 587]

    enum Security: Equatable, Sendable {
        case tls
        case startTLS
        /// Mail does not leave this machine.
        case none
    }

    let host: String
    let port: Int
    let security: Security
    let user: String?
    let password: String?

    /// - Parameter url: the setting `SMTP_URL`. Special characters in the name and the password
    ///   are percent-encoded.
    /// - Throws: `MailError.configuration`, without the URL in it, as that holds a password.
    package init(url: String) throws {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            let port = parts.port ?? Self.ports[scheme], Self.ports[scheme] != nil
        else { throw Self.wrong("it must begin with smtps:// or smtp://") }
        guard let host = parts.host?.trimmingCharacters(in: CharacterSet(charactersIn: "[]")),
            !host.isEmpty
        else { throw Self.wrong("the host is missing") }
        guard 1...65_535 ~= port else { throw Self.wrong("the port must be 1 to 65535") }
        guard ["", "/"].contains(parts.path), parts.query == nil, parts.fragment == nil else {
            throw Self.wrong("nothing may follow the host and port")
        }
        guard (parts.user == nil) == (parts.password == nil), parts.user != "" else {
            throw Self.wrong("a user name needs a password and the other way round")
        }
        let security: Security =
            scheme == "smtps" ? .tls : Self.isLoopback(host) ? .none : .startTLS
        self.init(
            host: host, port: port, security: security, user: parts.user, password: parts.password)
    }

    init(host: String, port: Int, security: Security, user: String?, password: String?) {
        self.host = host
        self.port = port
        self.security = security
        self.user = user
        self.password = password
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1"
            || host.wholeMatch(of: /127\.\d{1,3}\.\d{1,3}\.\d{1,3}/) != nil
    }

    private static func wrong(_ reason: String) -> MailError {
        .configuration("SMTP_URL cannot be used: \(reason)")
    }
}
