import Hummingbird
import Identity
import Ledger
import Logging
import NIOCore
import Postgres
import Studio

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
    /// How much of their rate is left, for the answer's header.
    let rate = RateNote()

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

/// A signed-in person, or a program with a key of theirs.
struct Caller: Sendable {
    let user: ID<User>
    let email: String
    /// Of a person's token; `nil` for a key.
    let holder: TokenHolder?
    /// `nil` for a person.
    let key: APIKey?

    init(_ holder: TokenHolder) {
        user = holder.userID
        email = holder.email
        self.holder = holder
        key = nil
    }

    init(_ holder: APIKeys.Holder) {
        user = holder.user
        email = holder.email
        self.holder = nil
        key = holder.key
    }

    /// The session of the token that was sent; `nil` where it is kept elsewhere.
    var session: ID<Session>? { holder?.sessionID }

    /// - Parameter scope: `nil` for what only people may do.
    func may(_ scope: APIKey.Scope?) -> Bool {
        guard let key else { return true }
        return scope.map(key.scopes.contains) ?? false
    }

    /// What a program may still order.
    var allowance: Allowance? {
        key.map {
            Allowance(key: ID($0.id.uuid), monthlyLimit: $0.monthlyCreditLimit.map(Credits.init))
        }
    }
}

extension APIError {
    static let unauthorized = APIError(
        .unauthorized, .unauthorized, "Sign in first: send 'Authorization: Bearer <token>'.")
}
