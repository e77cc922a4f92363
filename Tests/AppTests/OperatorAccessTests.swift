import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import App

/// Who is an operator's program, and who only looks like one.
@Suite struct OperatorAccessTests {
    private func request(_ fields: [String: String] = [:]) -> Request {
        var headers = HTTPFields()
        for (name, value) in fields {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Request(
            head: HTTPRequest(
                method: .get, scheme: "http", authority: "localhost", path: "/metrics",
                headerFields: headers),
            body: RequestBody(buffer: ByteBuffer()))
    }

    @Test(arguments: ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
    func `this machine is local`(address: String) {
        #expect(OperatorAccess.isLocal(request(), from: address))
    }

    @Test(arguments: ["10.0.0.1", "203.0.113.7", "::ffff:10.0.0.1", "fe80::1", "unknown", ""])
    func `no other is`(address: String) {
        #expect(!OperatorAccess.isLocal(request(), from: address))
    }

    @Test(arguments: ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP"])
    func `what a proxy passed on is not`(field: String) {
        #expect(!OperatorAccess.isLocal(request([field: "127.0.0.1"]), from: "127.0.0.1"))
    }

    @Test(arguments: [
        ("Bearer secret-secret", true), ("bearer secret-secret", true), ("Bearer secret", false),
        ("Bearer secret-secrets", false), ("Bearer ", false), ("secret-secret", false),
        ("Basic secret-secret", false),
    ])
    func `a token is taken whole`(header: String, isTaken: Bool) {
        let request = request(["Authorization": header])
        #expect(OperatorAccess.carries("secret-secret", request) == isTaken)
    }
}
