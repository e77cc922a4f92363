package import Foundation
package import Postgres

/// A person who has signed in at least once: a row of `auth.users`.
package struct Account: Equatable, Sendable {
    package let id: ID<User>
    package let email: String
    package let confirmedAt: Date
    package let lastSignInAt: Date
    package let createdAt: Date
    package let updatedAt: Date

    /// The account of an address that has just proved to be its owner's, made if it is new.
    static func signedIn(_ email: EmailAddress, at now: Date, in tx: Transaction) throws -> Account
    {
        let row = try tx.row(
            """
            INSERT INTO auth.users AS u
              (id, email, email_confirmed_at, last_sign_in_at, created_at, updated_at)
            VALUES (\(ID<User>.new(at: now)), \(email.text), \(now), \(now), \(now), \(now))
            ON CONFLICT (email) DO UPDATE
            SET email_confirmed_at = coalesce(u.email_confirmed_at, excluded.email_confirmed_at),
                last_sign_in_at = excluded.last_sign_in_at, updated_at = excluded.updated_at
            RETURNING *
            """)
        guard let row else { throw SignInError.accountGone }
        return try Account(row)
    }

    /// - Throws: `SignInError.accountGone`.
    static func find(_ id: ID<User>, in tx: Transaction) throws -> Account {
        guard let row = try tx.row("SELECT * FROM auth.users WHERE id = \(id)") else {
            throw SignInError.accountGone
        }
        return try Account(row)
    }

    static func exists(_ email: EmailAddress, in tx: Transaction) throws -> Bool {
        try tx.row("SELECT FROM auth.users WHERE email = \(email.text)") != nil
    }

    private init(_ row: Row) throws {
        let created: Date = try row.value("created_at")
        id = try row.value("id")
        email = try row.value("email")
        confirmedAt = try row.optional("email_confirmed_at") ?? created
        lastSignInAt = try row.optional("last_sign_in_at") ?? created
        createdAt = created
        updatedAt = try row.value("updated_at")
    }
}
