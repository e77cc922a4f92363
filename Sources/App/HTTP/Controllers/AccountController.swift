import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Logging
import Postgres
import Studio

/// The signed-in person's own account: who they are, where they are signed in, what is kept of
/// them, and its end.
struct AccountController {
    let pool: Pool
    /// `nil` when somebody else signs people in, and knows where they are signed in.
    let signIn: SignIn?
    let accounts: Accounts
    let exports: AccountExports

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.get("me", use: show)
            .delete("me", use: close)
            .get("me/export", use: export)
        if let signIn { DevicesController(signIn: signIn).addRoutes(to: group) }
    }

    struct AccountReply: Encodable {
        let object = "user"
        let id: String
        let email: String
        let createdAt: Int

        enum CodingKeys: String, CodingKey {
            case object, id, email
            case createdAt = "created_at"
        }

        /// - Throws: `APIError` `unauthorized` when the account is gone.
        init(_ user: ID<User>, in pool: Pool) async throws {
            let rows = try await pool.rows(
                "SELECT email, created_at FROM public.users WHERE id = \(user)", as: .user(user))
            guard let row = rows.first else { throw APIError.unauthorized }
            id = WireID.user(user)
            email = try row.value("email")
            createdAt = try row.value("created_at", as: Date.self).unixSeconds
        }
    }

    @Sendable func show(_ request: Request, _ context: StudioContext) async throws -> Response {
        try JSONReply(await AccountReply(context.user, in: pool)).response(headers: .private)
    }

    @Sendable func export(_ request: Request, _ context: StudioContext) async throws -> Response {
        try await exports.response(for: context.user)
    }

    private struct ClosedReply: Encodable {
        let id: String
        let object = "user"
        let deleted = true
        /// Whether the sign-in went too, and with it the address.
        let signInDeleted: Bool

        enum CodingKeys: String, CodingKey {
            case id, object, deleted
            case signInDeleted = "sign_in_deleted"
        }
    }

    /// Everything goes but the ledger and the payments, which lose name and address.
    @Sendable func close(_ request: Request, _ context: StudioContext) async throws -> Response {
        let user = try context.user
        let removal = try await accounts.close(user)
        if removal != .removed { warn(of: removal, context) }
        return try JSONReply(
            ClosedReply(id: WireID.user(user), signInDeleted: removal == .removed)
        ).response()
    }

    private func warn(of removal: SignInRemoval, _ context: StudioContext) {
        let reason =
            switch removal {
            case .refused(let error): error
            case .notHere, .removed: "it is not in this database"
            }
        context.logger.warning(
            """
            An account was closed, and its sign-in with the address is still at Supabase: \
            delete the user there
            """,
            metadata: ["reason": "\(reason)"])
    }
}
