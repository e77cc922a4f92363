import Foundation
import NIOPosix

extension AddressGuard {
    /// Whether a host could be public, as far as can be seen without asking anybody.
    /// - Parameter host: a name or an address, IPv6 with or without brackets.
    package static func mayBePublic(_ host: String) -> Bool {
        let name = host.trimmingCharacters(in: ["[", "]"]).lowercased()
        if isAddress(name) { return isPublic(name) }
        // Resolvers read 127.1 and 0x7f000001 as addresses too; no public name ends in a number.
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, let last = labels.last, last.first?.isLetter == true else {
            return false
        }
        return !["localhost", "local", "internal", "invalid", "home"].contains(last)
    }

    private static func isAddress(_ text: String) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET, text, &bytes) == 1 || inet_pton(AF_INET6, text, &bytes) == 1
    }

    /// Whether a name leads to public addresses alone, now. What it leads to later is looked at
    /// again at the connection.
    /// - Throws: `OutboundError.notSent` when it leads nowhere; `CancellationError`.
    package static func leadsToPublic(_ host: String) async throws -> Bool {
        let found = try await NIOThreadPool.singleton.runIfActive { addresses(of: host) }
        guard !found.isEmpty else { throw OutboundError.notSent("the name is not known") }
        return found.allSatisfy { isPublic($0) }
    }

    /// Blocks while it asks.
    private static func addresses(of host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let name = host.trimmingCharacters(in: ["[", "]"])
        guard getaddrinfo(name, nil, &hints, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        var found: [String] = []
        var next = first
        while let info = next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = getnameinfo(
                info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0,
                NI_NUMERICHOST)
            if status == 0 {
                let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                found.append(String(decoding: bytes, as: UTF8.self))
            }
            next = info.ai_next
        }
        return found
    }
}
