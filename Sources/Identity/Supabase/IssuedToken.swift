internal import Foundation

/// A signed token taken apart (RFC 7515, compact form), believed in nothing yet.
struct IssuedToken {
    struct Header: Decodable {
        let alg: String
        let kid: String?
        /// Whether it asks for something to be understood that nobody here knows.
        let isCritical: Bool

        private enum CodingKeys: String, CodingKey {
            case alg, kid, crit
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            alg = try container.decode(String.self, forKey: .alg)
            kid = try container.decodeIfPresent(String.self, forKey: .kid)
            isCritical = container.contains(.crit)
        }
    }

    let header: Header
    let claims: IssuedClaims
    /// What the signature is of: all up to the last dot.
    let signed: Data
    let signature: Data

    /// - Throws: `SignInError.accessTokenInvalid` for anything that is not one.
    init(_ token: Data) throws {
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw SignInError.accessTokenInvalid }
        let bytes = parts.compactMap { Data(base64URL: String(decoding: $0, as: UTF8.self)) }
        guard bytes.count == 3, !bytes[2].isEmpty else { throw SignInError.accessTokenInvalid }
        do {
            header = try JSONDecoder().decode(Header.self, from: bytes[0])
            claims = try JSONDecoder().decode(IssuedClaims.self, from: bytes[1])
        } catch {
            throw SignInError.accessTokenInvalid
        }
        signed = token.prefix(parts[0].count + 1 + parts[1].count)
        signature = bytes[2]
    }
}

/// The claims of Supabase's access tokens that matter here. Hooks of a project may add others.
/// Source: supabase/auth, internal/tokens/service.go.
struct IssuedClaims: Decodable {
    /// The role of a signed-in person; `anon` and `service_role` are keys, not people.
    static let role = "authenticated"
    static let audience = "authenticated"
    /// Seconds by which the issuer's clock and ours may differ.
    static let leeway: TimeInterval = 30
    /// Supabase stores 255.
    private static let addressLimit = 255

    let iss: String
    let sub: String
    let aud: Audience
    let role: String
    let exp: TimeInterval
    let nbf: TimeInterval?
    let iat: TimeInterval?
    let email: String?
    let sessionID: String?
    let isAnonymous: Bool?

    private enum CodingKeys: String, CodingKey {
        case iss, sub, aud, role, exp, nbf, iat, email
        case sessionID = "session_id"
        case isAnonymous = "is_anonymous"
    }

    /// One name or several (RFC 7519, 4.1.3).
    struct Audience: Decodable {
        let names: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            // Then it is a list, or an error.
            if let name = try? container.decode(String.self) {
                names = [name]
            } else {
                names = try container.decode([String].self)
            }
        }
    }

    /// Whether the token is a signed-in person's, from this issuer, for now.
    func fits(issuer: String, at now: Date) -> Bool {
        iss == issuer && role == Self.role && aud.names.contains(Self.audience)
            && isCurrent(at: now)
    }

    func isCurrent(at now: Date) -> Bool {
        let time = now.timeIntervalSince1970
        return exp + Self.leeway > time && (nbf ?? time) - Self.leeway <= time
    }

    /// The address, as the sign-in proved it; `nil` for the anonymous and for phones.
    var address: String? {
        guard isAnonymous != true, let email, email.contains("@"),
            email.utf8.count <= Self.addressLimit,
            !email.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        return email
    }
}
