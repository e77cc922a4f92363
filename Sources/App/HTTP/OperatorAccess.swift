import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// Tells operators' own programs from everybody else.
enum OperatorAccess {
    /// What a proxy says of whom it asks for. A request with one of them came from elsewhere.
    private static let proxyFields = [
        "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
        "x-real-ip", "cf-connecting-ip", "true-client-ip",
    ].compactMap { HTTPField.Name($0) }

    /// Whether the request carries this token. Takes as long for any other, whatever it begins with.
    static func carries(_ token: String, _ request: Request) -> Bool {
        guard let header = request.headers[.authorization],
            header.prefix(7).lowercased() == "bearer "
        else { return false }
        let sent = SHA256.hash(data: Data(header.dropFirst(7).utf8))
        // Digests are compared in constant time.
        return sent == SHA256.hash(data: Data(token.utf8))
    }

    /// Whether the request came from this machine itself, and through no proxy that says so.
    static func isLocal(_ request: Request, from address: String) -> Bool {
        let bare = address.hasPrefix("::ffff:") ? String(address.dropFirst(7)) : address
        guard bare.hasPrefix("127.") || bare == "::1" else { return false }
        return proxyFields.allSatisfy { request.headers[$0] == nil }
    }
}
