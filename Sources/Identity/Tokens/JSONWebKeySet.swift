internal import Foundation
internal import JWTKit

/// The public halves of the signing keys, as anybody may fetch them (RFC 7517).
package struct JSONWebKeySet: Encodable, Equatable, Sendable {
    package let keys: [Key]

    package struct Key: Encodable, Equatable, Sendable {
        package let kid: String
        package let x: String
        package let y: String
        package let kty = "EC"
        package let crv = "P-256"
        package let alg = "ES256"
        package let use = "sig"
        package let ext = true
        package let keyOps = ["verify"]

        private enum CodingKeys: String, CodingKey {
            case kid, x, y, kty, crv, alg, use, ext
            case keyOps = "key_ops"
        }

        init?(_ key: SigningKey) {
            guard let point = key.key.publicKey.parameters,
                let x = Data(base64Encoded: point.x), let y = Data(base64Encoded: point.y)
            else { return nil }
            kid = key.kid
            self.x = x.base64URL
            self.y = y.base64URL
        }
    }
}
