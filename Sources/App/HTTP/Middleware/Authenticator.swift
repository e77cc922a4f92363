import HTTPTypes
import Hummingbird
import Identity
import Logging
import Postgres

/// Finds out who asks: verifies the bearer token, limits the person's rate, and makes sure that
/// they have an account.
struct Authenticator: RouterMiddleware {
    typealias Context = StudioContext

    let tokens: AccessTokens
    let accounts: Accounts
    let perUser: RateLimiter

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let caller = try await caller(of: request)
        if let seconds = perUser.take("\(caller.user)") {
            throw APIError.rateLimited(retryAfter: seconds)
        }
        try await accounts.ensure(caller.user, email: caller.email)
        context.caller = caller
        context.logger[metadataKey: "user.id"] = "\(caller.user)"
        return try await next(request, context)
    }

    private func caller(of request: Request) async throws -> Caller {
        guard let header = request.headers[.authorization],
            header.prefix(7).lowercased() == "bearer "
        else { throw APIError.unauthorized }
        do {
            let claims = try await tokens.verify(String(header.dropFirst(7)))
            return Caller(
                user: claims.userID, email: claims.email, session: claims.sessionID)
        } catch let error as PostgresError {
            throw error
        } catch {
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
