internal import Foundation
package import Outbound

/// Looks whether a Supabase project can sign people in here. Makes nothing, costs nothing.
package struct SupabaseProbe: Sendable {
    /// Something in the project that is not as it should be.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    private static let limits = Transport.Limits(
        head: .seconds(10), whole: .seconds(10), bytes: 65_536)

    private let project: SupabaseProject
    private let transport: Transport

    package init(_ project: SupabaseProject, transport: Transport) {
        self.project = project
        self.transport = transport
    }

    /// Whether the keys can be fetched and used.
    /// - Throws: `OutboundError`, `Problem`.
    package func keys() async throws -> String {
        let set: IssuerKeySet
        do {
            set = try await IssuerKeySet(
                try await SupabaseTokens.fetchKeys(of: project, transport))
        } catch is DecodingError {
            throw Problem(description: "what is at \(project.authURL) is not Supabase Auth")
        }
        guard set.isEmpty else { return "\(set.count) published" }
        guard project.jwtSecret == nil else { return "none published; tokens are HS256" }
        throw Problem(
            description: set.skipped == 0
                ? "none published: the project signs with HS256, and SUPABASE_JWT_SECRET is not set"
                : "none of the \(set.skipped) published is for ES256 or RS256")
    }

    private struct Offers: Decodable {
        let external: [String: Bool]
        let disableSignup: Bool?
        let mailerAutoconfirm: Bool?

        private enum CodingKeys: String, CodingKey {
            case external
            case disableSignup = "disable_signup"
            case mailerAutoconfirm = "mailer_autoconfirm"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            external = try container.decode([String: Switch].self, forKey: .external)
                .compactMapValues(\.isOn)
            disableSignup = try container.decodeIfPresent(Bool.self, forKey: .disableSignup)
            mailerAutoconfirm = try container.decodeIfPresent(Bool.self, forKey: .mailerAutoconfirm)
        }
    }

    /// What is no yes or no among them is nothing we look at.
    private struct Switch: Decodable {
        let isOn: Bool?

        init(from decoder: any Decoder) throws {
            // Said above.
            isOn = try? decoder.singleValueContainer().decode(Bool.self)
        }
    }

    /// Whether the gateway takes the publishable key, and codes can be mailed to whoever comes.
    /// - Throws: `OutboundError`, `Problem`.
    package func signIn() async throws -> String {
        guard let url = project.settingsURL else { throw OutboundError.unreachable("no address") }
        let answer = try await transport.send(
            "GET", url, headers: project.headers, limits: Self.limits)
        guard ![401, 403].contains(answer.status) else {
            throw Problem(description: "the project does not take SUPABASE_PUBLISHABLE_KEY")
        }
        guard answer.status == 200 else { throw OutboundError.status(answer.status) }
        // The answer of something else.
        guard let offers = try? JSONDecoder().decode(Offers.self, from: answer.body) else {
            throw Problem(description: "what is at \(project.authURL) is not Supabase Auth")
        }
        if offers.external["email"] == false {
            throw Problem(description: "sign-in by e-mail is off in the project")
        }
        if offers.mailerAutoconfirm == true {
            throw Problem(
                description: "'Confirm email' is off in the project: people can take addresses "
                    + "that are not theirs")
        }
        let notes = [
            offers.disableSignup == true ? "new people cannot sign up" : nil,
            offers.external["anonymous_users"] == true ? "anonymous users are refused here" : nil,
        ].compactMap(\.self)
        return (["the key is taken, codes are mailed"] + notes).joined(separator: "; ")
    }
}
