import Foundation
import HTTPTypes
import Hummingbird
import Identity

/// The built-in sign-in over HTTP, as Supabase Auth speaks it, so that Supabase's clients work
/// unchanged. An `apikey` header is not looked at.
struct AuthController<Context: RemoteAddressContext> {
    let signIn: SignIn
    var limits = AuthLimits()

    /// - Parameter group: what is under `/auth/v1`.
    func addRoutes(to group: RouterGroup<Context>) {
        group.add(middleware: AuthErrorMiddleware())
            .post("otp", use: sendCode)
            .post("verify", use: verify)
            .post("token", use: refresh)
            .get("user", use: user)
            .post("logout", use: signOut)
        AuthDiscovery<Context>(tokens: signIn.tokens).addRoutes(to: group)
    }

    private struct CodeRequest: Decodable {
        let email: String?
        let phone: String?
        let channel: String?
        let createUser: Bool?

        enum CodingKeys: String, CodingKey {
            case email, phone, channel
            case createUser = "create_user"
        }
    }

    /// Answers the same whether or not the address has an account.
    @Sendable func sendCode(_ request: Request, _ context: Context) async throws -> Response {
        let wish = try await request.authBody(CodeRequest.self)
        guard let email = wish.email, !email.isEmpty else {
            throw wish.phone == nil ? AuthError.invalid("An email address is required") : .noPhones
        }
        guard wish.channel == nil else {
            throw AuthError.invalid("Channel should only be specified with Phone OTP")
        }
        let address = try EmailAddress(email)
        try limits.codes.admit(context.remoteAddress, at: Date())
        try await signIn.requestCode(for: address, createsAccount: wish.createUser ?? true)
        return try JSONReply([String: String]()).response()
    }

    private struct VerifyRequest: Decodable {
        let type: String?
        let email: String?
        let phone: String?
        let token: String?
        let tokenHash: String?

        enum CodingKeys: String, CodingKey {
            case type, email, phone, token
            case tokenHash = "token_hash"
        }
    }

    @Sendable func verify(_ request: Request, _ context: Context) async throws -> Response {
        let proof = try await request.authBody(VerifyRequest.self)
        guard proof.phone == nil || proof.phone == "" else { throw AuthError.noPhones }
        guard proof.type == "email" else {
            throw AuthError.invalid("Verify requires the type 'email'")
        }
        // Mails here carry no links, so no hash was ever given out.
        guard proof.tokenHash == nil else { throw SignInError.codeRejected }
        guard let email = proof.email, let code = proof.token, !email.isEmpty, !code.isEmpty else {
            throw AuthError.invalid("Verify requires an email address and a token")
        }
        let address = try EmailAddress(email)
        try limits.tries.admit(context.remoteAddress, at: Date())
        let session = try await signIn.open(
            address, code: code, userAgent: request.headers[.userAgent])
        return try SessionReply(session).response()
    }

    private struct RefreshRequest: Decodable {
        let refreshToken: String?

        enum CodingKeys: String, CodingKey {
            case refreshToken = "refresh_token"
        }
    }

    @Sendable func refresh(_ request: Request, _ context: Context) async throws -> Response {
        guard request.uri.queryParameters["grant_type"] == "refresh_token" else {
            throw AuthError(.badRequest, .invalidCredentials, "unsupported_grant_type")
        }
        let wish = try await request.authBody(RefreshRequest.self)
        guard let token = wish.refreshToken, !token.isEmpty else {
            throw AuthError.invalid("refresh_token required")
        }
        try limits.refreshes.admit(context.remoteAddress, at: Date())
        return try SessionReply(await signIn.refresh(token)).response()
    }

    @Sendable func user(_ request: Request, _ context: Context) async throws -> Response {
        let account = try await signIn.account(request.authToken())
        return try JSONReply(UserReply(account)).response(headers: .private)
    }

    @Sendable func signOut(_ request: Request, _ context: Context) async throws -> Response {
        let name = request.uri.queryParameters["scope"].map(String.init) ?? "global"
        let token = try request.authToken()
        guard let scope = SignOutScope(rawValue: name) else {
            throw AuthError.invalid("The scope must be global, local or others")
        }
        try await signIn.close(scope, token)
        return Response(status: .noContent)
    }
}
