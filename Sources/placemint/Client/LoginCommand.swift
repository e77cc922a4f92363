import ArgumentParser
import Client
import Foundation

struct LoginCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Signs in at a server and keeps a key for it on this machine.",
        discussion: """
            Asks for your e-mail address and the code that is mailed to you, makes an API key, and \
            keeps it in profiles.json below ~/.config/placemint, readable by you alone.

            placemint login --server https://studio.example
            placemint login --server https://studio.example --with-key < key.txt
            """)
    static let isPublic = true
    static let makesProfile = true

    @OptionGroup var options: ServerOptions

    @Option(help: "The address to sign in with; asked for otherwise.")
    var email: String?

    @Flag(help: "Read an API key from the standard input instead of signing in.")
    var withKey = false

    @Option(help: "What the key's videos may cost in a calendar month, in credits.")
    var monthlyLimit: Int?

    @Option(help: "For how many days the key is good.")
    var days: Int?

    func validate() throws {
        if let days, !(1...3650).contains(days) {
            throw ValidationError("--days must be from 1 to 3650")
        }
        if let monthlyLimit, monthlyLimit < 0 {
            throw ValidationError("--monthly-limit must not be negative")
        }
    }

    /// A new profile has no server yet: it is the one that is named, or the one on this machine.
    func run(_ client: StudioClient) async throws {
        let key = try await withKey ? givenKey(client) : newKey(client)
        let name = options.profile ?? Profiles.usualName
        let profiles = Profiles()
        try profiles.keep(.init(server: client.server, key: key), as: name)
        Terminal.complain(
            "Signed in at \(client.server.absoluteString). The key is in \(profiles.file.path), "
                + "as '\(name)'.")
    }

    private func givenKey(_ client: StudioClient) async throws -> String {
        guard let key = Terminal.line(), !key.isEmpty else {
            throw ClientError.usage("There is no key on the standard input.")
        }
        _ = try await client.signedIn(with: key).send("GET", "/v1/videos?limit=1")
        return key
    }

    private struct CodeRequest: Encodable {
        let email: String
        let createUser = true

        enum CodingKeys: String, CodingKey {
            case email
            case createUser = "create_user"
        }
    }

    private struct Proof: Encodable {
        let type = "email"
        let email: String
        let token: String
    }

    private struct KeyRequest: Encodable {
        let name: String
        let monthlyCreditLimit: Int?
        let expiresAt: Int?

        enum CodingKeys: String, CodingKey {
            case name
            case monthlyCreditLimit = "monthly_credit_limit"
            case expiresAt = "expires_at"
        }
    }

    private func newKey(_ client: StudioClient) async throws -> String {
        let place = try await client.ask("GET", "/config.json", as: ConfigurationReply.self).value
        let gateway = place.auth.key.map { ["apikey": $0] } ?? [:]
        let email = try email ?? Self.answer(to: "E-mail address: ")
        _ = try await client.send(
            "POST", "\(place.auth.url)/otp", .json(CodeRequest(email: email)), headers: gateway)
        let code = try Self.answer(to: "Code from the mail to \(email): ")
        let session = try await client.send(
            "POST", "\(place.auth.url)/verify", .json(Proof(email: email, token: code)),
            headers: gateway)
        let token = try JSONDecoder.wire.decode(SessionReply.self, from: session).accessToken
        let wish = KeyRequest(
            name: "Command line on \(ProcessInfo.processInfo.hostName.prefix(50))",
            monthlyCreditLimit: monthlyLimit,
            expiresAt: days.map { Int(Date().timeIntervalSince1970) + $0 * 86_400 })
        let made = try await client.signedIn(with: token, at: place.api).ask(
            "POST", "\(place.api)/api_keys", .json(wish), as: KeyReply.self)
        do {
            _ = try await client.signedIn(with: token, at: place.auth.url).send(
                "POST", "\(place.auth.url)/logout?scope=local", headers: gateway)
        } catch let error as ClientError {
            Terminal.complain("The session of this sign-in could not be ended: \(error)")
        }
        return made.value.key
    }

    private static func answer(to question: String) throws -> String {
        guard let answer = Terminal.ask(question), !answer.isEmpty else {
            throw ClientError.usage("There was no answer.")
        }
        return answer
    }
}

extension JSONDecoder {
    static var wire: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }
}

struct LogoutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "Forgets a server's key on this machine.",
        discussion: "The key itself goes on working until you revoke it in the studio's settings.")

    @Option(help: "The profile to forget.")
    var profile = Profiles.usualName

    func run() throws {
        do {
            guard try Profiles().remove(profile) else {
                Terminal.complain("placemint: There is no profile '\(profile)'.")
                throw Ending.failed.code
            }
        } catch let error as ClientError {
            Terminal.complain("placemint: \(error)")
            throw Ending.failed.code
        }
        Terminal.complain(
            "Forgotten. The key goes on working until you revoke it in the studio's settings.")
    }
}

struct ProfilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profiles", abstract: "Lists the servers that this machine has keys for.")

    func run() throws {
        do {
            let (profiles, usual) = try Profiles().all()
            if profiles.isEmpty { Terminal.complain("None yet. 'placemint login' makes one.") }
            for (name, profile) in profiles.sorted(by: { $0.key < $1.key }) {
                let mark = name == usual ? "*" : " "
                Terminal.say("\(mark) \(name)  \(profile.server.absoluteString)")
            }
        } catch let error as ClientError {
            Terminal.complain("placemint: \(error)")
            throw Ending.failed.code
        }
    }
}
