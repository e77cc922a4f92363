import CZlib
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationEssentialsCompat
import Synchronization

/// Sends the web client's texts from memory, compressed for whoever takes that, and says 304 to
/// whoever has them already. Pictures and clips are left to the next middleware.
final class WebFiles: RouterMiddleware {
    typealias Context = StudioContext

    private static let types = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "json": "application/json",
        "svg": "image/svg+xml", "webmanifest": "application/manifest+json",
    ]
    /// The client's files are far smaller; what is not has no place in memory.
    private static let mostBytes = 200_000

    private struct Page: Sendable {
        let type: String
        let etag: String
        let plain: ByteBuffer
        let compressed: ByteBuffer
        let changedAt: Date
    }

    private let folder: URL
    private let names: Set<String>
    private let canonical: CanonicalAddress
    private let pages = Mutex<[String: Page]>([:])

    /// Takes the names of the files that are there now; what is in them may change.
    init(folder: URL, canonical: CanonicalAddress) {
        self.folder = folder
        self.canonical = canonical
        let found = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
        names = Set(
            found.compactMap { $0 as? String }
                .filter { Self.types[($0 as NSString).pathExtension] != nil })
    }

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .get || request.method == .head else {
            return try await next(request, context)
        }
        let path = String(request.uri.path.drop { $0 == "/" })
        if names.contains(path + "/index.html") {
            return Response(status: .permanentRedirect, headers: [.location: "/\(path)/"])
        }
        let name = path.isEmpty || path.hasSuffix("/") ? path + "index.html" : path
        guard names.contains(name), let page = page(name) else {
            return try await next(request, context)
        }
        if name.hasSuffix(".html"), let url = canonical.redirect(for: request) {
            return Response(status: .temporaryRedirect, headers: [.location: url])
        }
        return response(page, to: request)
    }

    private func response(_ page: Page, to request: Request) -> Response {
        let isCompressed = request.headers[.acceptEncoding]?.contains("gzip") == true
        let etag = isCompressed ? "\"\(page.etag)-gz\"" : "\"\(page.etag)\""
        var headers: HTTPFields = [
            .contentType: page.type, .eTag: etag, .vary: "Accept-Encoding",
            .cacheControl: "no-cache",
        ]
        guard request.headers[.ifNoneMatch]?.contains(etag) != true else {
            return Response(status: .notModified, headers: headers)
        }
        let body = isCompressed ? page.compressed : page.plain
        if isCompressed { headers[.contentEncoding] = "gzip" }
        headers[.contentLength] = String(body.readableBytes)
        return Response(
            status: .ok, headers: headers,
            body: request.method == .head ? .init() : ResponseBody(byteBuffer: body))
    }

    /// - Returns: `nil` when the file has gone since the start, or has grown too large: then the
    ///   next middleware finds out.
    private func page(_ name: String) -> Page? {
        do {
            return try current(name)
        } catch {
            return nil
        }
    }

    private func current(_ name: String) throws -> Page? {
        let file = folder.appending(path: name)
        let facts = try FileManager.default.attributesOfItem(atPath: file.path)
        let changedAt = facts[.modificationDate] as? Date ?? .distantPast
        if let known = pages.withLock({ $0[name] }), known.changedAt == changedAt { return known }
        let data = try Data(contentsOf: file)
        guard data.count <= Self.mostBytes, let compressed = Gzip.compress(data) else { return nil }
        let digest = SHA256.hash(data: data).prefix(12)
        let page = Page(
            type: Self.types[file.pathExtension] ?? "text/plain",
            etag: digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(),
            plain: ByteBuffer(data: data), compressed: ByteBuffer(data: compressed),
            changedAt: changedAt)
        pages.withLock { $0[name] = page }
        return page
    }
}

/// The address under which the client works: its policy lets it call that one alone. On one
/// machine, `localhost` and `127.0.0.1` are two.
struct CanonicalAddress: Sendable {
    let publicURL: URL
    let isLoopback: Bool

    /// Where to go instead, when the page was asked for under another name of this machine.
    func redirect(for request: Request) -> String? {
        guard isLoopback, let asked = request.head.authority, let own = publicURL.host(),
            let port = publicURL.port
        else { return nil }
        let names = ["localhost", "127.0.0.1", "[::1]"].filter { $0 != own }
        guard names.contains(where: { asked == "\($0):\(port)" }) else { return nil }
        return publicURL.absoluteString + request.uri.path
    }
}
