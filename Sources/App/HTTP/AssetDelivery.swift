import Foundation
import HTTPTypes
import Hummingbird
import ObjectStorage
import Studio

/// Sends an asset's bytes: whole, a range, or the news that the client has them already.
struct AssetDelivery: Sendable {
    let assets: AssetStore

    /// - Throws: `BucketError`, `APIError`.
    func response(
        for asset: Asset, to request: Request, _ context: StudioContext
    ) async throws -> Response {
        let etag = "\"\(asset.sha256)\""
        var headers: HTTPFields = [
            .contentType: asset.mime, .eTag: etag, .acceptRanges: "bytes",
            .cacheControl: "private, max-age=31536000, immutable",
        ]
        let known = request.headers[.ifNoneMatch]
        if known == "*" || known?.contains(etag) == true {
            return Response(status: .notModified, headers: headers)
        }
        switch try await assets.bucket.delivery(of: asset.key) {
        case .redirect(let url):
            return Response(
                status: .found, headers: [.location: url.absoluteString, .cacheControl: "no-store"])
        case .file(let file):
            let wanted: ClosedRange<Int>?
            do {
                wanted = try range(in: request, etag: etag, bytes: asset.bytes)
            } catch let error as APIError {
                var refusal = try error.response(from: request, context: context)
                refusal.headers[.contentRange] = "bytes */\(asset.bytes)"
                return refusal
            }
            guard let range = wanted else {
                headers[.contentLength] = String(asset.bytes)
                let body = try await FileIO().loadFile(path: file.path, context: context)
                return Response(status: .ok, headers: headers, body: body)
            }
            headers[.contentLength] = String(range.count)
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(asset.bytes)"
            let body = try await FileIO().loadFile(
                path: file.path, range: range, context: context)
            return Response(status: .partialContent, headers: headers, body: body)
        }
    }

    /// The one range a player asks for (RFC 9110, 14.1.2). Several ranges, other units and
    /// malformed ones are answered with the whole, which the standard allows.
    /// - Throws: `APIError` with status 416 for a range past the end.
    private func range(
        in request: Request, etag: String, bytes: Int
    ) throws -> ClosedRange<Int>? {
        guard let header = request.headers[.range], bytes > 0,
            request.headers[.ifRange].map({ $0 == etag }) ?? true,
            let match = header.wholeMatch(of: /bytes=(\d{0,15})-(\d{0,15})/)?.output
        else { return nil }
        switch (Int(match.1), Int(match.2)) {
        case (nil, let suffix?) where suffix > 0: return max(0, bytes - suffix)...(bytes - 1)
        case (let first?, let last?) where first <= last && first < bytes:
            return first...min(last, bytes - 1)
        case (let first?, nil) where first < bytes: return first...(bytes - 1)
        case (nil, nil): return nil
        case (let first?, let last?) where first > last: return nil
        default:
            throw APIError(
                .rangeNotSatisfiable, .invalidRequest, "The file has \(bytes) bytes.")
        }
    }
}
