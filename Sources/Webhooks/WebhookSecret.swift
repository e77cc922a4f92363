internal import Crypto
import Foundation

/// Signs what is sent, as Standard Webhooks has it (standard-webhooks/spec): HMAC-SHA256 over
/// `<id>.<timestamp>.<body>`, in base64 behind `v1,`.
package struct WebhookSecret: Sendable {
    /// The spec wants 24 to 64 random bytes.
    private static let length = SymmetricKeySize.bits256

    let bytes: Data

    init(_ bytes: Data) { self.bytes = bytes }

    static func new() -> WebhookSecret {
        WebhookSecret(SymmetricKey(size: length).withUnsafeBytes { Data($0) })
    }

    /// As receivers are given it.
    package var text: String { "whsec_" + bytes.base64EncodedString() }

    /// - Parameters:
    ///   - id: the event's.
    ///   - timestamp: of this try, in unix seconds.
    func signature(of body: Data, id: String, timestamp: Int) -> String {
        let signed = Data("\(id).\(timestamp).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(
            for: signed, using: SymmetricKey(data: bytes))
        return "v1," + Data(code).base64EncodedString()
    }
}
