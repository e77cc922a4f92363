import Crypto
import CryptoExtras
import Foundation
import Logging
import Synchronization
import Testing

@testable import Identity

/// A Supabase project that exists on paper, and a check of its tokens by a clock that stands still.
struct IssuerBench: Sendable {
    static let secret = "a-secret-that-only-this-project-has"
    static let origin = "https://abc.supabase.co"

    let clock = TestClock()
    let issuer = PaperIssuer()
    let tokens: SupabaseTokens

    init(secret: String? = nil) {
        let (clock, issuer) = (clock, issuer)
        tokens = SupabaseTokens(
            SupabaseProject(
                origin: Self.origin, publishableKey: "sb_publishable_x", jwtSecret: secret),
            logger: Logger(label: "test"), now: { clock.now }
        ) { try await issuer.fetch() }
    }

    /// A token by this key that is good unless changed.
    func forged(_ key: PaperKey = .first) -> ForgedToken {
        let now = Int(clock.now.timeIntervalSince1970)
        return ForgedToken(
            kid: key.kid, key: key.key,
            claims: [
                "iss": Self.origin + "/auth/v1", "sub": UUID().uuidString, "aud": "authenticated",
                "exp": now + 3600, "iat": now, "email": "eve@example.com", "phone": "",
                "app_metadata": ["provider": "email"],
                "user_metadata": ["name": "Eve", "tags": [1, [2]]], "role": "authenticated",
                "aal": "aal1", "amr": ["otp"], "session_id": UUID().uuidString,
                "is_anonymous": false,
            ])
    }

    func holder(_ token: String) async throws -> TokenHolder { try await tokens.holder(of: token) }

    /// Whether a token is taken, refused, or cannot be judged.
    func verdict(_ token: String) async -> String {
        do {
            _ = try await holder(token)
            return "good"
        } catch SignInError.accessTokenInvalid {
            return "invalid"
        } catch let error as SupabaseAuthError {
            return error == .addressMissing ? "no address" : "no keys"
        } catch {
            return "\(error)"
        }
    }
}

/// An ES256 key with its name.
struct PaperKey: Sendable {
    static let first = PaperKey(kid: "first")
    static let second = PaperKey(kid: "second")

    let kid: String
    let key = P256.Signing.PrivateKey()

    /// As Supabase publishes it.
    var jwk: [String: any Sendable] {
        let point = key.publicKey.rawRepresentation
        return [
            "kid": kid, "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig",
            "key_ops": ["verify"], "ext": true, "x": point.prefix(32).base64URL,
            "y": point.suffix(32).base64URL,
        ]
    }
}

/// An RS256 key. Making one takes long, so there is one.
struct PaperRSAKey: Sendable {
    static let shared = Result { try PaperRSAKey() }

    let kid = "rsa"
    let key: _RSA.Signing.PrivateKey
    let jwk: [String: any Sendable]

    private init() throws {
        key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let parts = try key.publicKey.getKeyPrimitives()
        jwk = [
            "kid": kid, "kty": "RSA", "alg": "RS256", "use": "sig",
            "n": parts.modulus.base64URL, "e": parts.publicExponent.base64URL,
        ]
    }

    func sign(_ data: Data) throws -> Data {
        try key.signature(for: data, padding: .insecurePKCS1v1_5).rawRepresentation
    }
}

/// Publishes keys, or does not, and counts how often it is asked.
final class PaperIssuer: Sendable {
    struct Outage: Error {}

    private struct State {
        var answer = Result<Data, any Error>.failure(Outage())
        var fetches = 0
        var isHeld = false
    }

    private let state = Mutex(State())

    init() { publish([PaperKey.first.jwk]) }

    var fetches: Int { state.withLock { $0.fetches } }

    func publish(_ keys: [[String: any Sendable]]) {
        answer(with: Result { try JSONSerialization.data(withJSONObject: ["keys": keys]) })
    }

    func answer(with answer: Result<Data, any Error>) { state.withLock { $0.answer = answer } }

    func fail() { answer(with: .failure(Outage())) }

    /// Keeps whoever asks waiting.
    func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }

    func fetch() async throws -> Data {
        state.withLock { $0.fetches += 1 }
        while state.withLock({ $0.isHeld }) { try await Task.sleep(for: .milliseconds(2)) }
        return try state.withLock { $0.answer }.get()
    }
}
