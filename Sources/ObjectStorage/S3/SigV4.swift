import Crypto
import Foundation

/// AWS's Signature Version 4 for S3, in the `Authorization` header and in the query.
/// Source: AWS, "Authenticating Requests (AWS Signature Version 4)", Amazon S3 API Reference.
struct SigV4: Sendable {
    private static let algorithm = "AWS4-HMAC-SHA256"
    /// Stands for the sum of a body that the signer does not know.
    private static let unsignedPayload = "UNSIGNED-PAYLOAD"
    /// The sum of no bytes at all.
    static let emptyPayload = FileFacts.hex(SHA256.hash(data: Data()))

    let accessKeyID: String
    let secretAccessKey: String
    let region: String

    /// What is signed of a request.
    struct Request: Sendable {
        var method: String
        /// Percent-encoded once, as it is sent.
        var path: String
        /// Names and values, not encoded yet.
        var query: [(name: String, value: String)] = []
        /// All of them are signed. Lower-case names; `host` is among them.
        var headers: [String: String]
    }

    /// The headers that a signed request carries: its own, and three of the signature's.
    /// - Parameter payload: the body's SHA-256 in hexadecimal.
    func headers(
        of request: Request, payload: String = emptyPayload, at now: Date
    ) -> [String: String] {
        let time = Self.timestamp(now)
        var request = request
        request.headers["x-amz-content-sha256"] = payload
        request.headers["x-amz-date"] = time
        let signature = signature(of: request, payload: payload, at: time)
        var headers = request.headers
        headers["authorization"] =
            "\(Self.algorithm) Credential=\(accessKeyID)/\(scope(time)), "
            + "SignedHeaders=\(Self.names(request.headers)), Signature=\(signature)"
        return headers
    }

    /// The query of an address that may be used without any header of ours.
    /// - Parameter seconds: for so long from `now`, a week at most.
    func query(of request: Request, for seconds: Int, at now: Date) -> String {
        let time = Self.timestamp(now)
        var request = request
        request.query += [
            ("X-Amz-Algorithm", Self.algorithm),
            ("X-Amz-Credential", "\(accessKeyID)/\(scope(time))"),
            ("X-Amz-Date", time),
            ("X-Amz-Expires", String(seconds)),
            ("X-Amz-SignedHeaders", Self.names(request.headers)),
        ]
        let signature = signature(of: request, payload: Self.unsignedPayload, at: time)
        return Self.canonical(request.query) + "&X-Amz-Signature=\(signature)"
    }

    /// A query as it is sent: encoded and sorted, as it is signed.
    static func canonical(_ query: [(name: String, value: String)]) -> String {
        query.map { (PercentEncoding.value($0.name), PercentEncoding.value($0.value)) }
            .sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(separator: "&")
    }

    // MARK: The algorithm

    private func signature(of request: Request, payload: String, at time: String) -> String {
        let canonical = [
            request.method, request.path, Self.canonical(request.query),
            request.headers.sorted { $0.key < $1.key }
                .map { "\($0.key):\(Self.trimmed($0.value))\n" }.joined(),
            Self.names(request.headers), payload,
        ].joined(separator: "\n")
        let text = [
            Self.algorithm, time, scope(time),
            FileFacts.hex(SHA256.hash(data: Data(canonical.utf8))),
        ].joined(separator: "\n")
        return FileFacts.hex(Self.code(text, with: key(for: time)))
    }

    private func scope(_ time: String) -> String {
        "\(time.prefix(8))/\(region)/s3/aws4_request"
    }

    private func key(for time: String) -> SymmetricKey {
        [String(time.prefix(8)), region, "s3", "aws4_request"]
            .reduce(SymmetricKey(data: Data("AWS4\(secretAccessKey)".utf8))) { key, part in
                SymmetricKey(data: Self.code(part, with: key))
            }
    }

    private static func code(_ text: String, with key: SymmetricKey) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
    }

    private static func names(_ headers: [String: String]) -> String {
        headers.keys.sorted().joined(separator: ";")
    }

    /// Spaces around a value do not count, and several in a row are one.
    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }

    private static func timestamp(_ date: Date) -> String {
        date.formatted(
            Date.ISO8601FormatStyle(
                dateSeparator: .omitted, dateTimeSeparator: .standard, timeSeparator: .omitted))
    }
}
