import Foundation
import HTTPTypes
import Hummingbird
import ObjectStorage
import Studio

/// Sends an asset's bytes: whole, a range, or the news that the client has them already.
struct AssetDelivery: Sendable {
    let assets: AssetStore

    /// - Parameter filename: to be saved under, rather than shown.
    /// - Throws: `BucketError`, `APIError`.
    func response(
        for asset: Asset, to request: Request, _ context: StudioContext, filename: String? = nil
    ) async throws -> Response {
        let disposition = filename.map(Self.attachment)
        let etag = "\"\(asset.sha256)\""
        var headers: HTTPFields = [
            .contentType: asset.mime, .eTag: etag, .acceptRanges: "bytes",
            .cacheControl: "private, max-age=31536000, immutable",
        ]
        if let disposition { headers[.contentDisposition] = disposition }
        let known = request.headers[.ifNoneMatch]
        if known == "*" || known?.contains(etag) == true {
            return Response(status: .notModified, headers: headers)
        }
        let presentation = Presentation(disposition: disposition)
        switch try await assets.bucket.delivery(of: asset.key, as: presentation) {
        case .redirect where request.method == .head:
            // The address is signed for GET alone, and the row knows what HEAD asks for.
            headers[.contentLength] = String(asset.bytes)
            return Response(status: .ok, headers: headers)
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

    /// RFC 6266: the name in UTF-8, percent-encoded, so that nothing in it can end the header.
    static func attachment(_ name: String) -> String {
        let plain = CharacterSet(
            charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._")
        let encoded =
            String(name.prefix(120)).addingPercentEncoding(withAllowedCharacters: plain) ?? "file"
        return "attachment; filename*=UTF-8''\(encoded)"
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
