import Foundation
import Media

/// The demo's steps, each told as it happens.
struct DemoStory {
    let photo: URL
    let isSample: Bool
    let output: URL
    let format: String
    let seconds: Int

    private static let email = "demo@example.com"
    private static let patience = Duration.seconds(300)

    private struct Session: Decodable { let accessToken: String }
    private struct Packs: Decodable { let data: [Pack] }
    private struct Pack: Decodable { let id: String }
    private struct Checkout: Decodable { let url: String }
    private struct Balance: Decodable { let balance: Int }
    private struct File: Decodable {
        let id: String
        let width: Int
        let height: Int
    }
    private struct Quote: Decodable {
        let credits: Int
        let warnings: [Warning]
    }
    private struct Warning: Decodable { let message: String }
    private struct Video: Decodable {
        let id: String
        let status: String
        let progress: Int
        let error: Failure?
    }
    private struct Failure: Decodable { let message: String }
    private struct Ledger: Decodable { let data: [Entry] }
    private struct Entry: Decodable {
        let amount: Int
        let balanceAfter: Int
        let note: String?
    }
    private struct Nothing: Decodable {}

    func play(on server: ThrowawayServer) async throws {
        tell("A server is up at \(server.base.absoluteString), on a throw-away folder")
        var client = DemoClient(base: server.base)
        client.token = try await signIn(client, server)
        do {
            try await makeVideo(client)
        } catch {
            try await client.close()
            throw error
        }
        try await client.close()
    }

    private func makeVideo(_ client: DemoClient) async throws {
        try await buy(client)
        let file = try await client.upload(photo, to: "/v1/files", as: File.self)
        tell("Uploaded \(photo.lastPathComponent), \(file.width)x\(file.height)")
        let order = order(file)
        try await price(order, client)
        let video = try await follow(
            try await client.post("/v1/videos", order, as: Video.self), client)
        try await download(video, client)
        try await showLedger(client)
        Terminal.say("\nThe clip is in \(output.path)")
    }

    private func order(_ file: File) -> [String: Any] {
        var order: [String: Any] = [
            "seconds": String(seconds), "format": format, "input_reference": ["file_id": file.id],
        ]
        order["brief"] =
            isSample
            ? ["product": "Mint No. 5", "call_to_action": "Take a fresh look"]
            : ["description": "the product in the photo"]
        return order
    }

    private func signIn(_ client: DemoClient, _ server: ThrowawayServer) async throws -> String {
        _ = try await client.post(
            "/auth/v1/otp", ["email": Self.email, "create_user": true], as: Nothing.self)
        let code = try await codeFromMail(in: server.folder.appending(path: "outbox"))
        let session = try await client.post(
            "/auth/v1/verify", ["type": "email", "email": Self.email, "token": code],
            as: Session.self)
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

    private func buy(_ client: DemoClient) async throws {
        let packs = try await client.get("/v1/credits/packs", as: Packs.self)
        guard let pack = packs.data.first else { throw DemoError("no pack is for sale") }
        let checkout = try await client.post(
            "/v1/checkouts", ["pack": pack.id], as: Checkout.self)
        let page = try await client.bytes(checkout.url)
        guard let action = String(decoding: page, as: UTF8.self).firstMatch(of: /action="([^"]+)"/)
        else { throw DemoError("the checkout page has no button") }
        try await client.submit(form: String(action.output.1))
        let balance = try await client.get("/v1/credits", as: Balance.self)
        tell("Bought a pack in the test checkout: \(balance.balance) credits")
    }

    private func price(_ order: [String: Any], _ client: DemoClient) async throws {
        let quote = try await client.post("/v1/quotes", order, as: Quote.self)
        let frame = try await client.postForBytes("/v1/previews", order)
        tell("Price: \(quote.credits) credits; first frame, \(frame.count / 1000) kB, for free")
        for warning in quote.warnings { Terminal.say("     note: \(warning.message)") }
    }

    private func follow(_ created: Video, _ client: DemoClient) async throws -> Video {
        tell("Making \(seconds) seconds of \(format)")
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            let video = try await client.get("/v1/videos/\(created.id)", as: Video.self)
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

    private func download(_ video: Video, _ client: DemoClient) async throws {
        let clip = try await client.bytes("/v1/videos/\(video.id)/content")
        try clip.write(to: output)
        let facts = try await Clip.probe(file: output)
        let seconds = facts.seconds.formatted(.number.precision(.fractionLength(2)))
        tell(
            "Downloaded it: \(facts.size), \(seconds) s, "
                + "\(facts.hasAudio ? "with" : "without") sound, \(facts.bytes / 1000) kB")
    }

    private func showLedger(_ client: DemoClient) async throws {
        let ledger = try await client.get("/v1/credits/ledger", as: Ledger.self)
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
