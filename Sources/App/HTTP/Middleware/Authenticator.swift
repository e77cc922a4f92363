import HTTPTypes
import Hummingbird
import Identity
import Logging
import Postgres

/// Finds out who asks: verifies the bearer token, limits the person's rate, and makes sure that
/// they have an account.
struct Authenticator: RouterMiddleware {
    typealias Context = StudioContext

    let tokens: any TokenVerifier
    let accounts: Accounts
    let perUser: RateLimiter

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let holder = try await holder(of: request)
        let caller = Caller(user: holder.userID, email: holder.email, session: holder.sessionID)
        if let seconds = perUser.take("\(caller.user)") {
            throw APIError.rateLimited(retryAfter: seconds)
        }
        try await accounts.ensure(holder)
        context.caller = caller
        context.logger[metadataKey: "user.id"] = "\(caller.user)"
        return try await next(request, context)
    }

    private func holder(of request: Request) async throws -> TokenHolder {
        guard let header = request.headers[.authorization],
            header.prefix(7).lowercased() == "bearer "
        else { throw APIError.unauthorized }
        do {
            return try await tokens.holder(of: String(header.dropFirst(7)))
        } catch is SignInError {
            throw APIError(
                .unauthorized, .unauthorized, "The token is not valid or has expired.")
        }
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
