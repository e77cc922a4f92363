import Hummingbird
import Identity
import Logging
import NIOCore
import Postgres

/// What travels with a request.
struct StudioContext: RequestContext, RemoteAddressContext {
    var coreContext: CoreRequestContextStorage
    var remoteAddress: String
    /// The connection it came over.
    let channel: any Channel
    /// As `x-request-id` and the log have it.
    var requestID: String?
    /// Who asks, once `Authenticator` has found out.
    var caller: Caller?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }

    /// The signed-in person.
    /// - Throws: `APIError` `unauthorized` on a route without `Authenticator`.
    var signedIn: Caller {
        get throws {
            guard let caller else { throw APIError.unauthorized }
            return caller
        }
    }

    /// The signed-in person's id.
    /// - Throws: as `signedIn`.
    var user: ID<User> { get throws { try signedIn.user } }
}

/// A signed-in person.
struct Caller: Sendable {
    let user: ID<User>
    let email: String
    /// The session of the token that was sent; `nil` where it is kept elsewhere.
    let session: ID<Session>?
}

extension APIError {
    static let unauthorized = APIError(
        .unauthorized, .unauthorized, "Sign in first: send 'Authorization: Bearer <token>'.")
}
