import Hummingbird
import Identity

/// Where the signed-in person is signed in, as the built-in sign-in knows.
struct DevicesController {
    let signIn: SignIn

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.get("me/sessions", use: devices)
            .delete("me/sessions/{id}", use: signOut)
    }

    private struct DeviceReply: Encodable {
        let id: String
        let current: Bool
        let userAgent: String?
        let browser: String?
        let system: String?
        let createdAt: Int
        let lastSeenAt: Int

        enum CodingKeys: String, CodingKey {
            case id, current, browser, system
            case userAgent = "user_agent"
            case createdAt = "created_at"
            case lastSeenAt = "last_seen_at"
        }

        init(_ device: Device, isCurrent: Bool) {
            id = WireID.session(device.id)
            current = isCurrent
            userAgent = device.userAgent
            let agent = UserAgent(device.userAgent ?? "")
            browser = agent.browser
            system = agent.system
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
}
