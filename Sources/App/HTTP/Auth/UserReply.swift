import Foundation
import Identity
import Postgres

/// An account as Supabase Auth writes a user.
struct UserReply: Encodable {
    let id: String
    let aud = "authenticated"
    let role = "authenticated"
    let email: String
    let emailConfirmedAt: String
    let phone = ""
    let confirmedAt: String
    let lastSignInAt: String
    let appMetadata = AppMetadata()
    let userMetadata: [String: String] = [:]
    let identities: [IdentityReply]
    let createdAt: String
    let updatedAt: String
    let isAnonymous = false

    init(_ account: Account) {
        id = account.id.description
        email = account.email
        emailConfirmedAt = account.confirmedAt.authText
        confirmedAt = account.confirmedAt.authText
        lastSignInAt = account.lastSignInAt.authText
        identities = [IdentityReply(account)]
        createdAt = account.createdAt.authText
        updatedAt = account.updatedAt.authText
    }

    enum CodingKeys: String, CodingKey {
        case id, aud, role, email, phone, identities
        case emailConfirmedAt = "email_confirmed_at"
        case confirmedAt = "confirmed_at"
        case lastSignInAt = "last_sign_in_at"
        case appMetadata = "app_metadata"
        case userMetadata = "user_metadata"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case isAnonymous = "is_anonymous"
    }

    struct AppMetadata: Encodable {
        let provider = "email"
        let providers = ["email"]
    }
}

/// The one way that an account here signs in.
struct IdentityReply: Encodable {
    // Supabase's names: `identity_id` is the row's id, `id` is the provider's for the person.
    // With one identity for each account, the account's id serves as both.
    let identityID: String
    let id: String
    let userID: String
    let identityData: Claims
    let provider = "email"
    let lastSignInAt: String
    let createdAt: String
    let updatedAt: String
    let email: String

    init(_ account: Account) {
        id = account.id.description
        identityID = id
        userID = id
        identityData = Claims(sub: id, email: account.email)
        lastSignInAt = account.lastSignInAt.authText
        createdAt = account.createdAt.authText
        updatedAt = account.updatedAt.authText
        email = account.email
    }

    enum CodingKeys: String, CodingKey {
        case id, provider, email
        case identityID = "identity_id"
        case userID = "user_id"
        case identityData = "identity_data"
        case lastSignInAt = "last_sign_in_at"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    struct Claims: Encodable {
        let sub: String
        let email: String
        let emailVerified = true
        let phoneVerified = false

        enum CodingKeys: String, CodingKey {
            case sub, email
            case emailVerified = "email_verified"
            case phoneVerified = "phone_verified"
        }
    }
}

extension Date {
    /// RFC 3339, to the millisecond.
    fileprivate var authText: String {
        formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
    }
}
