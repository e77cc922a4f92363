import Foundation

/// The proxies whose word about a client's address is taken. None, unless the operator names their
/// networks: what anybody may write into a header is no address.
package struct TrustedProxies: Equatable, Sendable {
    private struct Network: Equatable {
        let first: IPAddress
        /// Leading bits that count, of 128.
        let bits: Int

        func contains(_ address: IPAddress) -> Bool { address.masked(to: bits) == first }
    }

    /// Proxies in a row that are looked back through. Real chains have one to three.
    private static let hopLimit = 16
    /// A network as wide as this holds strangers: `0.0.0.0/0` would let anybody choose an address.
    private static let widest = (ipv4: 8, ipv6: 16)

    private var networks: [Network] = []

    /// Nobody.
    package init() {}

    /// - Parameter text: networks like `10.0.0.0/8` or `::1`, separated by commas.
    /// - Throws: `SettingsError`.
    package init(_ text: String, variable: String) throws {
        for part in text.split(separator: ",") {
            let part = part.trimmingCharacters(in: .whitespaces)
            networks.append(try Self.network(part, variable))
        }
    }

    private static func network(_ text: String, _ variable: String) throws -> Network {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(parts[0]) else {
            throw SettingsError(variable, "'\(text)' is not a network like 10.0.0.0/8")
        }
        let width = address.isIPv4 ? 32 : 128
        let least = address.isIPv4 ? widest.ipv4 : widest.ipv6
        guard let bits = parts.count == 2 ? Int(parts[1]) : width, bits <= width, bits >= 0 else {
            throw SettingsError(variable, "'\(text)' is not a network like 10.0.0.0/8")
        }
        guard bits >= least else {
            throw SettingsError(
                variable, "'\(text)' is too wide: whoever is in it may choose their address")
        }
        let network = Network(first: address, bits: 128 - width + bits)
        guard network.contains(address) else {
            let first = address.masked(to: network.bits)
            throw SettingsError(variable, "'\(text)' means \(first)/\(bits); write that")
        }
        return network
    }

    /// Who sent a request: the last address in the chain that is not a proxy of ours.
    ///
    /// Each proxy adds the address it was called from at the end, so what counts is read from
    /// there, and only as long as trusted proxies have written it. What stands further left is
    /// whatever the client has sent.
    /// - Parameters:
    ///   - peer: the connection's other end; `nil` where it has no address.
    ///   - forwarded: the values of `X-Forwarded-For`, in the order they came.
    package func client(peer: String?, forwarded: [String]) -> String {
        guard let peer else { return "unknown" }
        guard var address = IPAddress(peer) else { return peer }
        let elements = forwarded.reversed().lazy
            .flatMap { $0.split(separator: ",").reversed() }
        for element in elements.prefix(Self.hopLimit) {
            guard trusts(address), let before = IPAddress(element: element) else { break }
            address = before
        }
        return address.description
    }

    private func trusts(_ address: IPAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }
}

extension IPAddress {
    /// The first address of the network that has so many bits in common.
    fileprivate func masked(to bits: Int) -> IPAddress {
        IPAddress(
            bytes: bytes.enumerated().map { index, byte in
                let kept = min(8, max(0, bits - index * 8))
                return byte & UInt8(truncatingIfNeeded: 0xFF00 >> kept)
            })
    }
}
