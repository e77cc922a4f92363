import Client
import Foundation
import Media
import Outbound

/// The demo's steps, each told as it happens.
struct DemoStory {
    let photo: URL
    let isSample: Bool
    let output: URL
    let format: String
    let seconds: Int

    private static let email = "demo@example.com"
    private static let patience = Duration.seconds(300)

    private struct Packs: Decodable {
        struct Pack: Decodable { let id: String }
        let data: [Pack]
    }
    private struct Checkout: Decodable { let url: String }

    func play(on server: ThrowawayServer) async throws {
        tell("A server is up at \(server.base.absoluteString), on a throw-away folder")
        let transport = Transport()
        let client = StudioClient(server: server.base, transport: transport)
        do {
            try await makeVideo(client.signedIn(with: try await signIn(client, server)))
        } catch {
            try await transport.shutdown()
            throw error
        }
        try await transport.shutdown()
    }

    private func makeVideo(_ client: StudioClient) async throws {
        try await buy(client)
        let file = try await client.ask(
            "POST", "/v1/files", OrderForm.upload(of: photo), as: FileReply.self
        ).value
        tell("Uploaded \(photo.lastPathComponent), \(file.width ?? 0)x\(file.height ?? 0)")
        let order = order(file)
        try await price(order, client)
        let video = try await client.ask(
            "POST", "/v1/videos", order.body(), as: VideoReply.self
        ).value
        try await download(try await follow(video, client), client)
        try await showLedger(client)
        Terminal.say("\nThe clip is in \(output.path)")
    }

    private func order(_ file: FileReply) -> OrderForm {
        let brief =
            isSample
            ? ["brief.product": "Mint No. 5", "brief.call_to_action": "Take a fresh look"]
            : ["brief.description": "the product in the photo"]
        let fields = ["seconds": String(seconds), "format": format]
        return OrderForm(fields.merging(brief) { $1 }, photo: .uploaded(file.id))
    }

    private func signIn(_ client: StudioClient, _ server: ThrowawayServer) async throws -> String {
        _ = try await client.send("POST", "/auth/v1/otp", .json(["email": Self.email]))
        let code = try await codeFromMail(in: server.folder.appending(path: "outbox"))
        let session = try await client.ask(
            "POST", "/auth/v1/verify",
            .json(["type": "email", "email": Self.email, "token": code]), as: SessionReply.self
        ).value
        tell("Signed in as \(Self.email) with the code from the mail")
        return session.accessToken
    }

    private func codeFromMail(in outbox: URL) async throws -> String {
        for _ in 0..<200 {
            let mails = try FileManager.default
                .contentsOfDirectory(at: outbox, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "eml" }
            if let mail = mails.first,
                let body = try String(contentsOf: mail, encoding: .utf8).split(
                    separator: "\n\n", maxSplits: 1
                ).last,
                let code = body.firstMatch(of: /\b\d{6}\b/)
            {
                return String(code.output)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw DemoError("no mail came")
    }

    private func buy(_ client: StudioClient) async throws {
        let packs = try await client.ask("GET", "/v1/credits/packs", as: Packs.self).value
        guard let pack = packs.data.first else { throw DemoError("no pack is for sale") }
        let checkout = try await client.ask(
            "POST", "/v1/checkouts", .json(["pack": pack.id]), as: Checkout.self
        ).value
        let page = try await client.send("GET", checkout.url)
        guard let action = String(decoding: page, as: UTF8.self).firstMatch(of: /action="([^"]+)"/)
        else { throw DemoError("the checkout page has no button") }
        _ = try await client.send("POST", String(action.output.1), .button)
        let balance = try await client.ask("GET", "/v1/credits", as: BalanceReply.self).value
        tell("Bought a pack in the test checkout: \(balance.balance) credits")
    }

    private func price(_ order: OrderForm, _ client: StudioClient) async throws {
        let quote = try await client.ask(
            "POST", "/v1/quotes", order.body(), as: QuoteReply.self
        ).value
        let frame = try await client.send("POST", "/v1/previews", order.body())
        tell("Price: \(quote.credits) credits; first frame, \(frame.count / 1000) kB, for free")
        for warning in quote.warnings { Terminal.say("     note: \(warning.message)") }
    }

    private func follow(
        _ created: VideoReply, _ client: StudioClient
    ) async throws -> VideoReply {
        tell("Making \(seconds) seconds of \(format)")
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            let video = try await client.ask(
                "GET", "/v1/videos/\(created.id)", as: VideoReply.self
            ).value
            let filled = video.progress * 30 / 100
            let bar =
                String(repeating: "█", count: filled)
                + String(repeating: "░", count: 30 - filled)
            Terminal.show("     \(bar) \(video.progress) %  \(video.status)")
            switch video.status {
            case "completed":
                Terminal.show("")
                return video
            case "failed": throw DemoError(video.error?.message ?? "the video failed")
            default: try await Task.sleep(for: .milliseconds(200))
            }
        }
        throw DemoError("the video took too long")
    }

    private func download(_ video: VideoReply, _ client: StudioClient) async throws {
        try await client.download("/v1/videos/\(video.id)/content", to: output)
        let facts = try await Clip.probe(file: output)
        let seconds = facts.seconds.formatted(.number.precision(.fractionLength(2)))
        tell(
            "Downloaded it: \(facts.size), \(seconds) s, "
                + "\(facts.hasAudio ? "with" : "without") sound, \(facts.bytes / 1000) kB")
    }

    private func showLedger(_ client: StudioClient) async throws {
        let ledger = try await client.ask(
            "GET", "/v1/credits/ledger", as: ListReply<EntryReply>.self
        ).value
        Terminal.say("\n  Every credit that came and went")
        for entry in ledger.data.reversed() {
            let amount = (entry.amount > 0 ? "+" : "") + String(entry.amount)
            let note = (entry.note ?? "").padding(toLength: 34, withPad: " ", startingAt: 0)
            let pad = String(repeating: " ", count: max(0, 8 - amount.count))
            Terminal.say("  \(pad)\(amount)  \(note) \(entry.balanceAfter)")
        }
    }

    private func tell(_ text: String) { Terminal.say("  ✓ \(text)") }
}
