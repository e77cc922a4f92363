import Foundation

/// An IPv4 or IPv6 address. An IPv4 address in IPv6 clothes (`::ffff:192.0.2.1`) is the IPv4 one.
struct IPAddress: Hashable, Sendable {
    /// Sixteen of them. IPv4 is kept as `::ffff:0:0/96`, so that there is one kind of network.
    let bytes: [UInt8]

    private static let mapping: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter text: without a port, without brackets.
    init?(_ text: some StringProtocol) {
        var found = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, String(text), &found) == 1 {
            bytes = Self.mapping + found[..<4]
        } else if inet_pton(AF_INET6, String(text), &found) == 1 {
            bytes = found
        } else {
            return nil
        }
    }

    /// An address as proxies write it: some add the port, and then IPv6 needs brackets.
    /// - Parameter text: an element of `X-Forwarded-For`.
    init?(element text: some StringProtocol) {
        let text = text.trimmingCharacters(in: .whitespaces)
        if let match = text.wholeMatch(of: /\[([^\]]*)\](?::[0-9]{1,5})?/) {
            self.init(match.output.1)
        } else if let match = text.wholeMatch(of: /([0-9.]+):[0-9]{1,5}/) {
            self.init(match.output.1)
        } else {
            self.init(text)
        }
    }

    var isIPv4: Bool { bytes.starts(with: Self.mapping) }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text, so that one address has one name.
    var description: String {
        let short = isIPv4 ? Array(bytes[12...]) : bytes
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(isIPv4 ? AF_INET : AF_INET6, short, &text, socklen_t(text.count))
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
