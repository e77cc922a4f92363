import Foundation
import NIOCore

/// Keeps downloads from addresses inside the operator's network: a provider's answer must not make
/// the server fetch from its neighbours.
package enum AddressGuard {
    /// Asked of the connection itself, after the name was resolved: a name that means one address
    /// when it is checked and another when it is used gains nothing.
    static let check: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
        guard let address = channel.remoteAddress, isPublic(address) else {
            let error = OutboundError.forbiddenAddress("it is not a public one")
            return channel.close().flatMap { channel.eventLoop.makeFailedFuture(error) }
                .flatMapError { _ in channel.eventLoop.makeFailedFuture(error) }
        }
        return channel.eventLoop.makeSucceededVoidFuture()
    }

    private static func isPublic(_ address: SocketAddress) -> Bool {
        address.ipAddress.map(isPublic) ?? false
    }

    /// - Parameter text: an IPv4 or IPv6 address.
    static func isPublic(_ text: String) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return isPublic(ipv4: Array(bytes[..<4])) }
        // A scope, as in fe80::1%eth0, is only found on link-local addresses.
        if inet_pton(AF_INET6, text, &bytes) == 1 { return isPublic(ipv6: bytes) }
        return false
    }

    /// Not in any of the blocks that IANA registers for special purposes (RFC 6890 and after).
    private static func isPublic(ipv4 bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (169, 254, _), (192, 168, _), (192, 0, 0),
            (192, 0, 2), (198, 18...19, _), (198, 51, 100), (203, 0, 113), (224...255, _, _):
            false
        case (100, 64...127, _), (172, 16...31, _): false
        default: true
        }
    }

    /// Global unicast is 2000::/3; of that, documentation, Teredo and 6to4 are not. An IPv4 address
    /// in IPv6 clothes counts as what it is.
    private static func isPublic(ipv6 bytes: [UInt8]) -> Bool {
        if bytes[0..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return isPublic(ipv4: Array(bytes[12..<16]))
        }
        // 64:ff9b::/96 translates to IPv4.
        if bytes[0..<12].elementsEqual([0, 0x64, 0xFF, 0x9B] + [UInt8](repeating: 0, count: 8)) {
            return isPublic(ipv4: Array(bytes[12..<16]))
        }
        guard bytes[0] & 0xE0 == 0x20 else { return false }
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0x20, 0x01, 0x0D, 0xB8), (0x20, 0x01, 0, 0), (0x20, 0x02, _, _), (0x3F, 0xFF, _, _):
            return false
        default: return true
        }
    }
}
