import Foundation
import Testing

@testable import Identity

@Suite struct RequestLimiterTests {
    private let start = Date(timeIntervalSince1970: 1_790_000_000)
    private let limiter = RequestLimiter(requests: 30, period: 300)

    @Test func `thirty requests may come at once, and one more every ten seconds`() throws {
        for _ in 0..<30 { try limiter.admit("192.0.2.1", at: start) }
        #expect(throws: SignInError.tooManyRequests(seconds: 10)) {
            try limiter.admit("192.0.2.1", at: start)
        }
        #expect(throws: SignInError.tooManyRequests(seconds: 1)) {
            try limiter.admit("192.0.2.1", at: start + 9.5)
        }
        try limiter.admit("192.0.2.1", at: start + 10)
        #expect(throws: SignInError.tooManyRequests(seconds: 10)) {
            try limiter.admit("192.0.2.1", at: start + 10)
        }
        for _ in 0..<30 { try limiter.admit("192.0.2.1", at: start + 1000) }
        #expect(throws: SignInError.self) { try limiter.admit("192.0.2.1", at: start + 1000) }
    }

    @Test func `each address has its own allowance`() throws {
        for _ in 0..<30 { try limiter.admit("192.0.2.1", at: start) }
        try limiter.admit("192.0.2.2", at: start)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "20:1:d:b8:0:1:0:2/64"),
        ("2001:db8:1:2:bbbb::2", "20:1:d:b8:0:1:0:2/64"), ("::1", "0:0:0:0:0:0:0:0/64"),
    ])
    func `addresses are counted by who holds them`(address: String, network: String) {
        #expect(RequestLimiter.network(of: address) == network)
    }

    @Test func `a clock that goes back gives nothing away`() throws {
        for _ in 0..<30 { try limiter.admit("192.0.2.1", at: start) }
        #expect(throws: SignInError.self) { try limiter.admit("192.0.2.1", at: start - 1000) }
    }

    @Test func `the map forgets what was not used lately, and never grows past its limit`() {
        var map = RecentMap<Int, Int>(limit: 100)
        for number in 0..<1000 {
            map[number] = number
            #expect(map[0] == 0)
            #expect(map.count <= 100)
        }
        #expect(map[999] == 999)
        #expect(map[500] == nil)
        map[999] = nil
        #expect(map[999] == nil)
    }
}
