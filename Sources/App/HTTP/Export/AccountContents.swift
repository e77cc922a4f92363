import Foundation
import Identity
import Ledger
import ObjectStorage
import Payments
import Postgres
import Studio
import Webhooks

/// What is kept of a person, as documents and files for them to take away.
struct AccountContents: Sendable {
    private static let pageSize = 100

    let pool: Pool
    let assets: AssetStore
    let links: MediaLinks
    let keys: APIKeys
    let endpoints: WebhookEndpoints
    /// `nil` where sessions are kept by somebody else.
    let signIn: SignIn?

    struct Document: Sendable {
        let name: String
        let data: Data
    }

    struct File: Sendable {
        let name: String
        let asset: Asset
    }

    /// Everything: documents about it, and the files themselves.
    /// - Throws: `PostgresError`.
    func all(of user: ID<User>) async throws -> (documents: [Document], files: [File]) {
        let videos = try await jobs(of: user)
        let photos = try await photos(of: user)
        return (
            try await documents(of: user, videos, photos), try await files(of: user, videos, photos)
        )
    }

    /// Account, payments, videos, ledger, photos, devices, keys and webhook endpoints.
    private func documents(
        of user: ID<User>, _ videos: [Job], _ photos: [Asset]
    ) async throws -> [Document] {
        let purchases = try await Purchase.all(of: user, in: pool)
        let devices = try await signIn?.devices(of: user) ?? []
        let programs = try await keys.list(of: user)
        let hooks = try await endpoints.list(of: user)
        return [
            Document(
                name: "account.json",
                data: try Self.json(await AccountController.AccountReply(user, in: pool))),
            Document(
                name: "purchases.json", data: try Self.json(purchases.map(PurchaseLine.init))),
            Document(
                name: "videos.json", data: try Self.json(videos.map { VideoReply($0, links) })),
            Document(name: "ledger.csv", data: try await ledger(of: user)),
            Document(name: "photos.json", data: try Self.json(photos.map { FileReply($0, links) })),
            Document(
                name: "api_keys.json",
                data: try Self.json(programs.map { APIKeysController.KeyReply($0) })),
            Document(
                name: "webhook_endpoints.json",
                data: try Self.json(hooks.map { WebhookEndpointReply($0) })),
            Document(name: "devices.json", data: try Self.json(devices.map(DeviceLine.init))),
        ]
    }

    /// Photos, clips and posters, under names that any system takes.
    private func files(
        of user: ID<User>, _ videos: [Job], _ photos: [Asset]
    ) async throws -> [File] {
        let ids = videos.flatMap { [$0.video, $0.poster].compactMap { $0 } }
        var clips: [File] = []
        for id in ids {
            guard let asset = try await assets.find(id, of: user) else { continue }
            clips.append(Self.file(asset, in: "videos"))
        }
        return photos.map { Self.file($0, in: "photos") } + clips
    }

    private static func file(_ asset: Asset, in folder: String) -> File {
        let ending = asset.key.value.split(separator: ".").last ?? "bin"
        return File(name: "\(folder)/\(asset.id.compact).\(ending)", asset: asset)
    }

    private func ledger(of user: ID<User>) async throws -> Data {
        var text = LedgerCSV.header
        let statement = NamedStatement(pool, of: user)
        var last: Int?
        while true {
            let page = try await statement.entries(before: last, limit: Self.pageSize)
            guard let end = page.last else { return Data(text.utf8) }
            text += page.map(LedgerCSV.line).joined()
            last = end.seq
        }
    }

    private func jobs(of user: ID<User>) async throws -> [Job] {
        let list = JobList(pool, of: user)
        return try await all(id: \.id) { try await list.page($0) }
    }

    private func photos(of user: ID<User>) async throws -> [Asset] {
        try await all(id: \.id) { try await assets.list(of: user, page: $0) }
    }

    private func all<Item>(
        id: (Item) -> ID<Item>, _ read: (Page<Item>) async throws -> [Item]
    ) async throws -> [Item] {
        var found: [Item] = []
        while true {
            let page = try await read(Page(limit: Self.pageSize, after: found.last.map(id)))
            found += page.prefix(Self.pageSize)
            guard page.count > Self.pageSize else { return found }
        }
    }

    private static func json(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(value)
    }
}
