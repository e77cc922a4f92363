import Crypto
package import Foundation

/// Stripe's webhook signature: `Stripe-Signature: t=<unix>,v1=<hex>[,v1=<hex>…]`, an HMAC-SHA256
/// over `"<t>." + raw body` with the whole secret, `whsec_` included, as key.
/// Source: stripe-python, `stripe/_webhook.py`.
package enum StripeSignature {
    /// Stripe's own default, applied to both sides of now.
    private static let tolerance: TimeInterval = 300

    /// - Parameter secrets: any of them may have signed; two while one is being rolled.
    /// - Returns: whether the body is Stripe's and fresh. Anything missing or malformed is not.
    package static func isValid(
        _ header: String, body: Data, secrets: [String], now: Date
    ) -> Bool {
        let parts = header.split(separator: ",").map { part in
            part.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        }
        let values = { (name: String) in
            parts.filter { $0.count == 2 && $0[0] == name }.map { $0[1] }
        }
        guard let stamp = values("t").first, values("t").count == 1, let time = Int(stamp),
            abs(now.timeIntervalSince1970 - Double(time)) <= tolerance
        else { return false }
        let signatures = values("v1").compactMap(bytes(hex:))
        return secrets.filter { !$0.isEmpty }.contains { secret in
            let key = SymmetricKey(data: Data(secret.utf8))
            let signed = Data("\(stamp).".utf8) + body
            return signatures.contains {
                HMAC<SHA256>.isValidAuthenticationCode($0, authenticating: signed, using: key)
            }
        }
    }

    /// The header for a body, as Stripe would send it.
    package static func header(for body: Data, secret: String, at time: Date) -> String {
        let stamp = Int(time.timeIntervalSince1970)
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(stamp).".utf8) + body, using: SymmetricKey(data: Data(secret.utf8)))
        return "t=\(stamp),v1=" + code.map { hexByte($0) }.joined()
    }

    private static func hexByte(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    private static func bytes(hex: String) -> Data? {
        let digits = Array(hex.utf8)
        guard digits.count == 64 else { return nil }
        var data = Data(capacity: 32)
        for index in stride(from: 0, to: 64, by: 2) {
            let pair = String(decoding: digits[index...index + 1], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16), pair.first != "+" else { return nil }
            data.append(byte)
        }
        return data
    }
}
