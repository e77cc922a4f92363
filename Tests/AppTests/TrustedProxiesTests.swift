import Testing

@testable import App

@Suite struct TrustedProxiesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let trusted: String
        let peer: String?
        let forwarded: [String]
        let client: String

        init(
            _ name: String, trusted: String, peer: String?, _ forwarded: [String] = [],
            is client: String
        ) {
            self.name = name
            self.trusted = trusted
            self.peer = peer
            self.forwarded = forwarded
            self.client = client
        }

        var testDescription: String { name }
    }

    @Test(arguments: [
        Case("nobody trusted", trusted: "", peer: "127.0.0.1", ["203.0.113.9"], is: "127.0.0.1"),
        Case("no header", trusted: "127.0.0.0/8", peer: "127.0.0.1", is: "127.0.0.1"),
        Case(
            "one proxy", trusted: "127.0.0.0/8", peer: "127.0.0.1", ["203.0.113.9"],
            is: "203.0.113.9"),
        Case(
            "a client that lies", trusted: "10.0.0.0/8", peer: "10.1.2.3",
            ["192.0.2.1, 203.0.113.9"], is: "203.0.113.9"),
        Case(
            "a client that claims to be a proxy", trusted: "10.0.0.0/8", peer: "10.1.2.3",
            ["192.0.2.1, 10.0.0.1, 203.0.113.9"], is: "203.0.113.9"),
        Case(
            "two proxies", trusted: "10.0.0.0/8,127.0.0.1", peer: "127.0.0.1",
            ["203.0.113.9, 10.9.9.9"], is: "203.0.113.9"),
        Case(
            "two headers", trusted: "10.0.0.0/8, 127.0.0.1", peer: "127.0.0.1",
            ["192.0.2.1, 203.0.113.9", "10.9.9.9"], is: "203.0.113.9"),
        Case(
            "a stranger with a header", trusted: "10.0.0.0/8", peer: "198.51.100.7",
            ["203.0.113.9"], is: "198.51.100.7"),
        Case(
            "only proxies", trusted: "10.0.0.0/8", peer: "10.0.0.1", ["10.0.0.3, 10.0.0.2"],
            is: "10.0.0.3"),
        Case(
            "nonsense is where belief ends", trusted: "10.0.0.0/8", peer: "10.0.0.1",
            ["203.0.113.9, unknown, 10.0.0.2"], is: "10.0.0.2"),
        Case("an empty header", trusted: "10.0.0.0/8", peer: "10.0.0.1", [""], is: "10.0.0.1"),
        Case(
            "an address with a port", trusted: "10.0.0.0/8", peer: "10.0.0.1",
            ["203.0.113.9:4711"], is: "203.0.113.9"),
        Case(
            "IPv6 with a port", trusted: "fd00::/16", peer: "fd00::1", ["[2001:db8::9]:4711"],
            is: "2001:db8::9"),
        Case(
            "IPv6 by its one name", trusted: "::1", peer: "::1", ["2001:0DB8:0:0:0:0:0:9"],
            is: "2001:db8::9"),
        Case(
            "IPv4 in IPv6 clothes", trusted: "10.0.0.0/8", peer: "::ffff:10.0.0.1",
            ["::ffff:203.0.113.9"], is: "203.0.113.9"),
        Case(
            "a network between bytes", trusted: "172.16.0.0/12", peer: "172.31.255.255",
            ["203.0.113.9"], is: "203.0.113.9"),
        Case(
            "beside a network between bytes", trusted: "172.16.0.0/12", peer: "172.32.0.0",
            ["203.0.113.9"], is: "172.32.0.0"),
        Case("no address", trusted: "10.0.0.0/8", peer: nil, ["203.0.113.9"], is: "unknown"),
        Case(
            "no end of proxies", trusted: "10.0.0.0/8", peer: "10.0.0.1",
            [(1...100).map { "10.0.1.\($0)" }.joined(separator: ", ")], is: "10.0.1.85"),
    ])
    func `a client is the last one who is not a proxy`(_ sample: Case) throws {
        let proxies = try TrustedProxies(sample.trusted, variable: "TRUSTED_PROXIES")
        let client = proxies.client(peer: sample.peer, forwarded: sample.forwarded)
        #expect(client == sample.client)
    }

    @Test(arguments: [
        ("10.0.0.0/33", "is not a network"), ("10.0.0.0/-1", "is not a network"),
        ("10.0.0.0/", "is not a network"), ("10.0.0.0/8/8", "is not a network"),
        ("proxy.example", "is not a network"), ("loopback", "is not a network"),
        ("0.0.0.0/0", "is too wide"), ("::/0", "is too wide"), ("10.0.0.0/7", "is too wide"),
        ("10.1.2.3/8", "means 10.0.0.0/8"), ("fd00::1/64", "means fd00::/64"),
    ])
    func `a network that cannot be meant is refused`(text: String, problem: String) {
        let error = #expect(throws: SettingsError.self) {
            try TrustedProxies("127.0.0.1, " + text, variable: "TRUSTED_PROXIES")
        }
        #expect(error?.variable == "TRUSTED_PROXIES")
        #expect(error?.description.contains(problem) == true)
    }
}
