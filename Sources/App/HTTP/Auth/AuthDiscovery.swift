import HTTPTypes
import Hummingbird
import Identity

/// What anybody may know about the sign-in: that it is up, what it offers, and its public keys.
struct AuthDiscovery<Context: RequestContext> {
    let tokens: AccessTokens

    func addRoutes(to group: RouterGroup<Context>) {
        group.get("health", use: health)
            .get("settings", use: settings)
            .get(".well-known/jwks.json", use: keys)
    }

    private struct Health: Encodable {
        let name = "Placemint"
        let version = "1"
        let description = "Placemint's built-in sign-in, which speaks Supabase Auth's protocol"
    }

    @Sendable func health(_ request: Request, _ context: Context) throws -> Response {
        try JSONReply(Health()).response()
    }

    private struct Settings: Encodable {
        let external = ["email": true, "phone": false, "anonymous_users": false]
        let disableSignup = false
        let mailerAutoconfirm = false
        let phoneAutoconfirm = false
        let smsProvider = ""
        let samlEnabled = false

        enum CodingKeys: String, CodingKey {
            case external
            case disableSignup = "disable_signup"
            case mailerAutoconfirm = "mailer_autoconfirm"
            case phoneAutoconfirm = "phone_autoconfirm"
            case smsProvider = "sms_provider"
            case samlEnabled = "saml_enabled"
        }
    }

    @Sendable func settings(_ request: Request, _ context: Context) throws -> Response {
        try JSONReply(Settings()).response()
    }

    @Sendable func keys(_ request: Request, _ context: Context) throws -> Response {
        try JSONReply(tokens.keySet).response(headers: [.cacheControl: "public, max-age=600"])
    }
}
