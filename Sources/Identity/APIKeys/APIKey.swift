package import Foundation
package import Postgres

/// A program's way in: what it may do, how much it may spend, and until when.
package struct APIKey: Equatable, Sendable {
    /// What a key may be used for. Making keys, buying credits and closing the account are never.
    package enum Scope: String, CaseIterable, Sendable {
        /// Orders, previews, quotes, and what became of them.
        case videos
        /// Product photos.
        case files
        /// The balance and its history.
        case creditsRead = "credits:read"
    }

    package let id: ID<APIKey>
    package let name: String
    /// The key's last four characters, by which people tell keys apart.
    package let hint: String
    package let scopes: Set<Scope>
    /// What videos made with it may cost in a calendar month (UTC); `nil` is no limit.
    package let monthlyCreditLimit: Int?
    package let expiresAt: Date?
    package let createdAt: Date
    /// To the minute or so.
    package let lastUsedAt: Date?
    package let revokedAt: Date?

    static let columns: SQL = """
        id, name, hint, array_to_string(scopes, ' ') AS scopes, monthly_credit_limit, expires_at,
        created_at, last_used_at, revoked_at
        """

    init(_ row: Row) throws {
        id = try row.value("id")
        name = try row.value("name")
        hint = try row.value("hint")
        let scopes: String = try row.value("scopes")
        self.scopes = Set(scopes.split(separator: " ").compactMap { Scope(rawValue: String($0)) })
        monthlyCreditLimit = try row.optional("monthly_credit_limit")
        expiresAt = try row.optional("expires_at")
        createdAt = try row.value("created_at")
        lastUsedAt = try row.optional("last_used_at")
        revokedAt = try row.optional("revoked_at")
    }
}

/// What a new key is to be.
package struct APIKeyPlan: Sendable {
    package static let nameLimit = 80

    package let name: String
    package let scopes: Set<APIKey.Scope>
    package let monthlyCreditLimit: Int?
    package let expiresAt: Date?

    /// - Parameters:
    ///   - name: 1 to 80 characters.
    ///   - scopes: at least one.
    ///   - monthlyCreditLimit: 0 or more.
    package init(
        name: String, scopes: Set<APIKey.Scope>, monthlyCreditLimit: Int? = nil,
        expiresAt: Date? = nil
    ) {
        self.name = name
        self.scopes = scopes
        self.monthlyCreditLimit = monthlyCreditLimit
        self.expiresAt = expiresAt
    }
}
