import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Postgres
import Studio

/// The signed-in person's own account: who they are, where they are signed in, what is kept of
/// them, and its end.
struct AccountController {
    let pool: Pool
    let signIn: SignIn
    let accounts: Accounts
    let exports: AccountExports

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.get("me", use: show)
            .delete("me", use: close)
            .get("me/sessions", use: devices)
            .delete("me/sessions/{id}", use: signOut)
            .get("me/export", use: export)
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

    private struct DeviceReply: Encodable {
        let id: String
        let current: Bool
        let userAgent: String?
        let createdAt: Int
        let lastSeenAt: Int

        enum CodingKeys: String, CodingKey {
            case id, current
            case userAgent = "user_agent"
            case createdAt = "created_at"
            case lastSeenAt = "last_seen_at"
        }

        init(_ device: Device, isCurrent: Bool) {
            id = WireID.session(device.id)
            current = isCurrent
            userAgent = device.userAgent
            createdAt = device.signedInAt.unixSeconds
            lastSeenAt = device.lastSeenAt.unixSeconds
        }
    }

    private struct DeviceList: Encodable {
        let object = "list"
        let data: [DeviceReply]
    }

    @Sendable func devices(_ request: Request, _ context: StudioContext) async throws -> Response {
        let caller = try context.signedIn
        let devices = try await signIn.devices(of: caller.user)
        return try JSONReply(
            DeviceList(
                data: devices.map { DeviceReply($0, isCurrent: $0.id == caller.session) })
        ).response(headers: .private)
    }

    @Sendable func signOut(_ request: Request, _ context: StudioContext) async throws -> Response {
        let id = try WireID.session(context.parameters.get("id"))
        guard try await signIn.signOut(id, of: context.user) else {
            throw APIError.notFound("session")
        }
        return try JSONReply(
            DeletedReply(id: WireID.session(id), object: "session")
        ).response()
    }

    @Sendable func export(_ request: Request, _ context: StudioContext) async throws -> Response {
        try await exports.response(for: context.user)
    }

    /// Everything goes but the ledger and the payments, which lose name and address.
    @Sendable func close(_ request: Request, _ context: StudioContext) async throws -> Response {
        let user = try context.user
        try await accounts.close(user)
        return try JSONReply(DeletedReply(id: WireID.user(user), object: "user")).response()
    }
}
