import HTTPTypes
import Hummingbird
import Identity
import Logging
import Postgres

/// Finds out who asks: verifies the bearer token or key, limits the person's rate, and makes sure
/// that they have an account.
struct Authenticator: RouterMiddleware {
    typealias Context = StudioContext

    let tokens: any TokenVerifier
    let keys: APIKeys
    let accounts: Accounts
    let perUser: RateLimiter
    let perKey: RateLimiter
    /// Counts tokens and keys that are no good: guessing has a price.
    let perAddress: RateLimiter

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let caller = try await caller(of: request, from: context.remoteAddress)
        try limit(caller, context)
        if let holder = caller.holder { try await accounts.ensure(holder) }
        context.caller = caller
        context.logger[metadataKey: "user.id"] = "\(caller.user)"
        return try await next(request, context)
    }

    /// - Throws: `APIError` `rate_limited`.
    private func limit(_ caller: Caller, _ context: StudioContext) throws {
        // Of a program's own first: what it is refused costs its owner nothing.
        let draws = [
            caller.key.map { perKey.draw("\($0.id)") }, perUser.draw("\(caller.user)"),
        ].compactMap { $0 }
        for draw in draws {
            context.rate.note(draw)
            if let seconds = draw.retryAfter { throw APIError.rateLimited(retryAfter: seconds) }
        }
        if let tightest = draws.min(by: { $0.remaining < $1.remaining }) {
            context.rate.note(tightest)
        }
    }

    private func caller(of request: Request, from address: String) async throws -> Caller {
        guard let header = request.headers[.authorization],
            header.prefix(7).lowercased() == "bearer "
        else { throw APIError.unauthorized }
        let text = String(header.dropFirst(7))
        if text.hasPrefix(APIKeys.prefix) {
            if let holder = try await keys.holder(of: text) { return Caller(holder) }
        } else {
            do {
                return Caller(try await tokens.holder(of: text))
            } catch is SignInError {
                // Answered below, as a key that is no good is.
            }
        }
        if let seconds = perAddress.take(address) {
            throw APIError.rateLimited(retryAfter: seconds)
        }
        throw APIError(.unauthorized, .unauthorized, "The token is not valid or has expired.")
    }
}

/// Lets people through, and programs whose key has a scope.
struct Permission: RouterMiddleware {
    typealias Context = StudioContext

    /// `nil` for what no program may do.
    let scope: APIKey.Scope?

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        guard try context.signedIn.may(scope) else {
            throw APIError(
                .forbidden, .forbidden,
                scope.map { "This key lacks the scope '\($0.rawValue)'." }
                    ?? "A key cannot do that. Sign in to make keys, buy credits or see to the account."
            )
        }
        return try await next(request, context)
    }
}

/// Limits what is asked without a token, by address.
struct AddressLimit: RouterMiddleware {
    typealias Context = StudioContext

    let perAddress: RateLimiter

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        if let seconds = perAddress.take(context.remoteAddress) {
            throw APIError.rateLimited(retryAfter: seconds)
        }
        return try await next(request, context)
    }
}
