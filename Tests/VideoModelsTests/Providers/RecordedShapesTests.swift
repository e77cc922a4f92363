import Foundation
import Media
import Outbound
import Synchronization
import Testing

@testable import VideoModels

/// What providers answer, shape by shape, and what an adapter has to make of it: the files in
/// `Fixtures`. The adapters run whole, against a server on loopback that gives the answers.
@Suite struct RecordedShapesTests {
    static let providers: [ModelProvider] = [.videosAPI, .gemini, .fal, .runway]

    /// As many shapes as there are. Fewer means that some were lost.
    static let counts: [ModelProvider: Int] = [.videosAPI: 154, .gemini: 63, .fal: 50, .runway: 47]

    /// The words for a clip's state, as each protocol's servers spell them.
    static let states: [ModelProvider: Set<String>] = [
        .videosAPI: [
            "queued", "in_progress", "completed", "failed", "processing", "cancelled", "deleted",
            "unknown", "pending", "submitted", "NOT_START", "running", "generating", "SUCCESS",
            "succeeded", "finished", "FAILURE", "error", "canceled", "expired", "done", "",
        ],
        .gemini: [
            "queued", "in_progress", "requires_action", "requires_continuation", "completed",
            "failed", "cancelled", "incomplete", "budget_exceeded",
        ],
        .fal: ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"],
        .runway: ["PENDING", "THROTTLED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"],
    ]

    /// Lives as long as the process.
    private static let transport = Transport()

    @Test(.serialized, arguments: ShapeFile.all)
    func `an adapter makes of an answer what is expected of it`(file: ShapeFile) async throws {
        let server = try ReplayServer()
        let shape = try file.shape(at: server.root)
        server.replay(shape.replies)
        let adapter = try Self.adapter(file.provider, shape.options ?? [:], at: server.root)
        let outcome = try await shape.outcome(of: adapter)
        var expected = shape.expected
        let says = expected.removeValue(forKey: "says")?.stringValue
        #expect(Self.text(outcome.words) == Self.text(expected), "\(shape.source)")
        if let says { #expect(outcome.detail.contains(says)) }
        #expect(server.asked.count == shape.replies.count, "\(server.asked)")
        if let asked = shape.asked { #expect(server.asked == asked) }
    }

    @Test(arguments: providers)
    func `every call and every state of a provider is recorded`(provider: ModelProvider) throws {
        let shapes = try ShapeFile.files(of: provider).map { try $0.shape() }
        let count = try #require(Self.counts[provider])
        #expect(shapes.count >= count)
        let calls = Set(shapes.map(\.call))
        #expect(calls == Set(RecordedShape.Call.allCases))
        let polls = shapes.filter { $0.call == .poll }
        let recorded = Set(polls.compactMap { $0.reply.body?["status"]?.stringValue })
        let states = try #require(Self.states[provider])
        #expect(states.subtracting(recorded).isEmpty)
    }

    @Test(arguments: ShapeFile.all)
    func `a file has nothing in it that nobody reads`(file: ShapeFile) throws {
        let data = try Data(contentsOf: file.url)
        let members = try JSONDecoder().decode([String: JSONValue].self, from: data)
        let known = RecordedShape.CodingKeys.allCases.map(\.rawValue)
        #expect(Set(members.keys).subtracting(known).isEmpty)
    }

    @Test func `only a server that is busy proves that nothing was created`() throws {
        // What fails before the create, as the upload of a picture, is proof as well.
        let proofs = try ShapeFile.all.map { try $0.shape() }
            .filter { $0.expected["error"] == "not_started" && $0.photoBytes == nil }
        #expect(!proofs.isEmpty)
        for shape in proofs {
            #expect([429, 503].contains(shape.reply.status), "\(shape.source)")
        }
    }

    /// An adapter as it is put together for a server at this address.
    private static func adapter(
        _ provider: ModelProvider, _ options: [String: JSONValue], at root: String
    ) throws -> any VideoModel {
        let base = try #require(URL(string: root))
        let model = model(provider, options)
        let key = "test-key"
        switch provider {
        case .animatic: return Animatic()
        case .videosAPI:
            let host = VideosAPI.host(
                base: base.appending(path: "v1"), key: key, authHeader: nil, transport: transport)
            return VideosAPI(model, host: host)
        case .gemini:
            return Gemini(model, host: Gemini.host(base: base, key: key, transport: transport))
        case .fal:
            let host = Fal.host(base: base, key: key, transport: transport)
            return Fal(model, host: host, webhook: nil)
        case .runway:
            return Runway(model, host: Runway.host(base: base, key: key, transport: transport))
        }
    }

    private static func model(
        _ provider: ModelProvider, _ options: [String: JSONValue]
    ) -> CatalogueModel {
        let size = RecordedShape.size
        return CatalogueModel(
            id: "recorded", aliases: [], name: "Recorded", provider: provider,
            providerModel: "vendor/recorded", sizes: [size], defaultSize: size, seconds: [8],
            defaultSeconds: 8, rates: [size: CreditRate(thousandths: 1000)], promptLimit: 1000,
            reference: .optional, audio: true, concurrency: 1, deadline: .seconds(600),
            isOffered: true, options: options)
    }

    /// As text a whole number is the same with and without a fraction.
    private static func text(_ words: [String: JSONValue]) -> String {
        String(decoding: JSONValue.object(words).encoded, as: UTF8.self)
    }
}

/// Where a shape is written down.
struct ShapeFile: CustomTestStringConvertible {
    let provider: ModelProvider
    let url: URL

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")

    static let all = RecordedShapesTests.providers.flatMap(files(of:))

    static func files(of provider: ModelProvider) -> [ShapeFile] {
        // Of a folder that is not there, the shapes are missed when they are counted.
        let files = try? FileManager.default.contentsOfDirectory(
            at: folder.appending(path: provider.rawValue), includingPropertiesForKeys: nil)
        return (files ?? []).filter { $0.pathExtension == "json" }
            .sorted { $0.path < $1.path }
            .map { ShapeFile(provider: provider, url: $0) }
    }

    var testDescription: String {
        "\(provider.rawValue)/\(url.deletingPathExtension().lastPathComponent)"
    }

    /// - Parameter server: what `{server}` in the file stands for.
    func shape(at server: String = "http://server.example") throws -> RecordedShape {
        let text = try String(contentsOf: url, encoding: .utf8)
            .replacing("{server}", with: server)
        return try JSONDecoder().decode(RecordedShape.self, from: Data(text.utf8))
    }
}

/// One shape: a call, what the provider answers, and what the adapter has to make of it.
struct RecordedShape: Decodable {
    enum Call: String, CaseIterable, Decodable {
        case create, poll, download, cancel, probe
    }

    struct Reply: Decodable {
        let status: Int
        let headers: [String: String]?
        let body: JSONValue?
        /// In place of `body`, what is no JSON.
        let text: String?

        /// As it goes over the wire.
        var message: Data {
            let data = body.map(\.encoded) ?? Data((text ?? "").utf8)
            var fields = headers ?? [:]
            fields["Content-Length"] = String(data.count)
            fields["Connection"] = "close"
            let lines =
                ["HTTP/1.1 \(status) Recorded"]
                + fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + data
        }
    }

    enum CodingKeys: String, CaseIterable, CodingKey {
        case source, call, job, options, remixOf, photoBytes, reply, then, asked, expected
    }

    static let size = PixelSize(width: 720, height: 1280)

    /// The server, or the part of its documentation.
    let source: String
    let call: Call
    /// The clip that the call is about.
    let job: String?
    /// The model's, in the catalogue.
    let options: [String: JSONValue]?
    let remixOf: String?
    /// The size of the first frame; without it there is none.
    let photoBytes: Int?
    let reply: Reply
    /// What further requests of the same call are answered.
    let then: [Reply]?
    /// Methods and paths, where they matter.
    let asked: [String]?
    /// The outcome in words, and under `says` a part of what the operator is told.
    let expected: [String: JSONValue]

    var replies: [Reply] { [reply] + (then ?? []) }

    func outcome(of adapter: any VideoModel) async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // a leftover harms nobody
        let file = folder.appending(path: "clip.mp4")
        do {
            switch call {
            case .create:
                let request = try request(photo: folder.appending(path: "photo.jpg"))
                let creation = try await adapter.create(
                    request, token: SubmitToken(UUID()), file: file, progress: { _ in })
                return try Outcome(creation, clip: file)
            case .poll: return Outcome(try await adapter.status(of: id()))
            case .download:
                try await adapter.download(id(), to: file)
                return try Outcome(clip: file)
            case .cancel: return Outcome(["stopped": .bool(try await adapter.cancel(id()))])
            case .probe:
                _ = try await adapter.probe()
                return Outcome(["usable": true])
            }
        } catch let error as VideoModelError {
            return Outcome(error)
        }
    }

    private func id() throws -> ProviderJobID { ProviderJobID(try #require(job)) }

    private func request(photo: URL) throws -> ClipRequest {
        if let photoBytes { try Data(count: photoBytes).write(to: photo) }
        return ClipRequest(
            prompt: "A cup turns on a table.", seconds: 8, size: Self.size,
            firstFrame: photoBytes == nil ? nil : photo, storyboard: Storyboard(shots: []),
            remixOf: remixOf.map { ProviderJobID($0) })
    }
}

/// What came of a call, in the fixtures' words.
struct Outcome {
    let words: [String: JSONValue]
    /// What the operator is told.
    let detail: String

    init(_ words: [String: JSONValue?], detail: String = "") {
        self.words = words.compactMapValues { $0 }
        self.detail = detail
    }

    init(_ creation: Creation, clip: URL) throws {
        switch creation {
        case .accepted(let id, let pause):
            self.init(["id": .string(id.value), "askAgainAfter": pause.map(Self.seconds)])
        case .clip: try self.init(clip: clip)
        }
    }

    init(clip: URL) throws {
        let data = try Data(contentsOf: clip)
        self.init(["file": .string(String(decoding: data, as: UTF8.self))])
    }

    init(_ status: RenderStatus) {
        switch status {
        case .running(let share, let pause):
            self.init([
                "state": .string("rendering"), "progress": share.map(Self.percent),
                "askAgainAfter": pause.map(Self.seconds),
            ])
        case .completed(let cost):
            self.init(["state": .string("completed"), "cost": cost.map(Self.cost)])
        case .failed(let error, let cost):
            self.init(
                [
                    "state": .string("failed"), "reason": .string(Self.word(error.reason)),
                    "cost": cost.map(Self.cost),
                ], detail: error.detail)
        }
    }

    init(_ error: VideoModelError) {
        var pause: Duration?
        if case .notStarted(let retryAfter) = error.reason { pause = retryAfter }
        self.init(
            ["error": .string(Self.word(error.reason)), "retryAfter": pause.map(Self.seconds)],
            detail: error.detail)
    }

    private static func seconds(_ pause: Duration) -> JSONValue { .number(pause / .seconds(1)) }

    /// To a tenth.
    private static func percent(_ share: Double) -> JSONValue {
        .number((share * 1000).rounded() / 10)
    }

    private static func cost(_ cost: ProviderCost) -> JSONValue {
        .object(["amount": .number(cost.amount), "unit": .string(cost.unit)])
    }

    private static func word(_ reason: VideoModelError.Reason) -> String {
        switch reason {
        case .rejected: "rejected"
        case .notStarted: "not_started"
        case .unavailable: "unavailable"
        case .unknownOutcome: "unknown_outcome"
        case .notFound: "not_found"
        case .transient: "transient"
        case .noRoom: "no_room"
        case .failed: "failed"
        }
    }
}

/// A provider on loopback: gives recorded answers in their order, one a connection, and keeps what
/// it was asked. After the last one it is gone.
private final class ReplayServer: Sendable {
    private static let patience = timeval(tv_sec: 20, tv_usec: 0)

    let root: String
    private let socket: Int32
    private let requests = Mutex<[String]>([])

    /// Methods and paths.
    var asked: [String] { requests.withLock { $0 } }

    init() throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let isBound = withUnsafeMutableBytes(of: &address) { raw in
            let pointer = raw.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(socket, pointer, length) == 0 && listen(socket, 8) == 0
                && getsockname(socket, pointer, &length) == 0
        }
        root = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        try #require(isBound)
        Self.limitWaiting(socket)
    }

    private static func limitWaiting(_ socket: Int32) {
        var patience = patience
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    func replay(_ replies: [RecordedShape.Reply]) {
        Thread.detachNewThread { self.serve(replies) }
    }

    private func serve(_ replies: [RecordedShape.Reply]) {
        defer { close(socket) }
        for reply in replies {
            let client = accept(socket, nil, nil)
            guard client >= 0 else { return }
            Self.limitWaiting(client)
            answer(client, reply)
            close(client)
        }
    }

    private func answer(_ client: Int32, _ reply: RecordedShape.Reply) {
        guard let request = receive(client) else { return }
        requests.withLock { $0.append(request) }
        let bytes = Array(reply.message)
        _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// - Returns: method and path, when all of the request is here.
    private func receive(_ client: Int32) -> String? {
        var request = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !Self.isWhole(request) {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            request.append(contentsOf: buffer.prefix(count))
        }
        let line = String(decoding: request.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        return line.split(separator: " ").prefix(2).joined(separator: " ")
    }

    private static func isWhole(_ request: Data) -> Bool {
        guard let end = request.range(of: Data("\r\n\r\n".utf8)) else { return false }
        let head = String(decoding: request[..<end.lowerBound], as: UTF8.self).lowercased()
        let length = head.firstMatch(of: /content-length: *(\d+)/).flatMap { Int($0.output.1) }
        return request.count - end.upperBound >= length ?? 0
    }
}
