import Foundation
import Hummingbird
import Identity

/// A session as Supabase Auth writes it. Clients take it for none when a field is missing.
struct SessionReply: Encodable {
    let accessToken: String
    let tokenType = "bearer"
    let expiresIn: Int
    let expiresAt: Int
    let refreshToken: String
    let user: UserReply

    init(_ session: Session) {
        accessToken = session.accessToken
        expiresIn = Int(AccessTokens.lifetime)
        expiresAt = Int(session.expiresAt.timeIntervalSince1970)
        refreshToken = session.refreshToken
        user = UserReply(session.account)
    }

    enum CodingKeys: String, CodingKey {
        case user
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case expiresAt = "expires_at"
        case refreshToken = "refresh_token"
    }

    func response() throws -> Response { try JSONReply(self).response(headers: .private) }
}
