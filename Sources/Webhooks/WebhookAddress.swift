package import Foundation
import Outbound

/// An address that events may be sent to: public, over https; or one of the operator's own.
package struct WebhookAddress: Equatable, Sendable {
    package static let lengthLimit = 2000

    package let url: URL

    /// Why an address is none of these, in words for its owner.
    package struct Refusal: Error, Equatable {
        package let reason: String
    }

    /// What can be seen of it without asking anybody; where its name leads is looked at each time
    /// something is sent.
    /// - Throws: `Refusal`.
    package init(_ text: String, trusted: TrustedHosts) throws {
        guard text.utf8.count <= Self.lengthLimit, let url = URL(string: text),
            let host = url.host(), !host.isEmpty
        else { throw Refusal(reason: "must be an address such as https://example.com/hook") }
        guard url.user() == nil, url.password() == nil, url.fragment() == nil else {
            throw Refusal(reason: "must have no name, password or fragment")
        }
        self.url = url
        if trusted.includes(url), url.scheme == "https" || url.scheme == "http" { return }
        guard url.scheme == "https" else { throw Refusal(reason: "must start with https://") }
        guard AddressGuard.mayBePublic(host) else {
            throw Refusal(reason: "must lead to a public address")
        }
    }
}

/// Hosts of the operator's own network that events may be sent to, also over http.
package struct TrustedHosts: Equatable, Sendable {
    private let names: Set<String>

    /// - Parameter names: hosts, each with a port or for all ports: `hooks.internal:8080`.
    package init(_ names: Set<String> = []) { self.names = Set(names.map { $0.lowercased() }) }

    package func includes(_ url: URL) -> Bool {
        guard let host = url.host()?.lowercased() else { return false }
        let port = url.port ?? (url.scheme == "http" ? 80 : 443)
        return names.contains(host) || names.contains("\(host):\(port)")
    }
}
