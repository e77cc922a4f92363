internal import Foundation
internal import JWTKit
internal import Postgres

/// The claims of an access token, as Supabase Auth writes them.
struct AccessTokenPayload: JWTPayload {
    static let audience = "authenticated"
    static let role = "authenticated"

    let iss: String
    let sub: String
    let aud: String
    let exp: Int
    let iat: Int
    let email: String
    let phone: String
    let appMetadata: AppMetadata
    let userMetadata: [String: String]
    let role: String
    let aal: String
    let amr: [Method]
    let sessionID: String
    let isAnonymous: Bool

    struct AppMetadata: Codable, Sendable {
        let provider: String
        let providers: [String]
    }

    struct Method: Codable, Sendable {
        let method: String
        let timestamp: Int
    }

    private enum CodingKeys: String, CodingKey {
        case iss, sub, aud, exp, iat, email, phone, role, aal, amr
        case appMetadata = "app_metadata"
        case userMetadata = "user_metadata"
        case sessionID = "session_id"
        case isAnonymous = "is_anonymous"
    }

    init(
        _ account: Account, _ session: SessionRecord, issuer: String, at now: Date, until end: Date
    ) {
        iss = issuer
        sub = account.id.description
        aud = Self.audience
        exp = Int(end.timeIntervalSince1970)
        iat = Int(now.timeIntervalSince1970)
        email = account.email
        phone = ""
        appMetadata = AppMetadata(provider: "email", providers: ["email"])
        userMetadata = [:]
        role = Self.role
        aal = "aal1"
        amr = [Method(method: "otp", timestamp: Int(session.startedAt.timeIntervalSince1970))]
        sessionID = session.id.description
        isAnonymous = false
    }

    /// Nothing here: `AccessTokens` checks the claims, by its own clock.
    func verify(using algorithm: some JWTAlgorithm) {}
}
