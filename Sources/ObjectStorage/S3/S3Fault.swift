import Foundation
import Outbound

/// An answer of S3's that is no success, and what it means.
/// Source: AWS, "Error Responses", Amazon S3 API Reference; what MinIO, R2 and Supabase's storage
/// answer beyond it.
struct S3Fault: Equatable, Sendable {
    let status: Int
    /// S3's name of the error. None where the answer has no body, as to HEAD.
    let code: String?

    /// Longer ones are no code.
    private static let codeLimit = 64

    init(_ answer: Transport.Answer) {
        status = answer.status
        let text = String(decoding: answer.body, as: UTF8.self)
        // Supabase's storage answers in JSON where something before S3's protocol fails.
        let written =
            XMLText(answer.body).value("Code")
            ?? text.firstMatch(of: /"[Cc]ode"\s*:\s*"([^"]*)"/).map { String($0.output.1) }
        code = written.flatMap {
            $0.wholeMatch(of: /[A-Za-z][A-Za-z0-9._]*/) != nil && $0.count <= Self.codeLimit
                ? $0 : nil
        }
    }

    private static let passing: Set = [
        "SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "OperationAborted",
        "Busy", "XMinioServerNotInitialized", "DatabaseTimeout", "LockTimeout",
        // The bytes suffered on their way.
        "BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "IncompleteBody",
    ]
    private static let full: Set = [
        "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded",
        "InsufficientStorage", "StorageQuotaExceeded",
    ]
    private static let missing: Set = ["NoSuchKey", "not_found", "NotFound"]

    private var isFull: Bool { status == 507 || code.map(Self.full.contains) ?? false }

    /// Whether the same request may succeed in a moment.
    var isPassing: Bool {
        if isFull { return false }
        if code.map(Self.passing.contains) ?? false { return true }
        // 501 is for good; Cloudflare and Supabase have numbers of their own above.
        return status == 408 || status == 429 || (status >= 500 && status != 501)
    }

    var error: BucketError {
        if isFull { return .full(words("the bucket has no room left")) }
        if code.map(Self.missing.contains) ?? (status == 404) { return .notFound }
        return .unavailable(words(reason))
    }

    private func words(_ reason: String) -> String {
        "\(reason) (\([String(status), code].compactMap { $0 }.joined(separator: " ")))"
    }

    private var reason: String {
        switch code {
        case "NoSuchBucket": return "there is no such bucket; check S3_BUCKET and S3_ENDPOINT"
        case "InvalidAccessKeyId": return "the key is not known; check S3_ACCESS_KEY_ID"
        case "SignatureDoesNotMatch", "InvalidSignature":
            return "the signature is not taken; check S3_SECRET_ACCESS_KEY and S3_REGION"
        case "AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect",
            "IllegalLocationConstraintException", "AuthorizationQueryParametersError":
            return "the bucket is in another region; check S3_REGION and S3_ENDPOINT"
        case "RequestTimeTooSkewed", "RequestExpired", "ExpiredToken":
            return "this machine's clock is wrong; set it by NTP"
        case "EntityTooLarge": return "the file is larger than the bucket takes"
        case "InvalidMimeType": return "the bucket does not take files of this type"
        case "NotImplemented": return "the server lacks something that is needed"
        case "AccessDenied", "AllAccessDisabled", "AccountProblem", "Unauthorized": return denied
        default: break
        }
        if isPassing { return "the bucket is busy or broken" }
        if [401, 403].contains(status) { return denied }
        if (300..<400).contains(status) {
            return "the bucket is elsewhere; check S3_REGION and S3_ENDPOINT"
        }
        return "the answer was not understood"
    }

    private var denied: String { "the key may not do this; check its policy" }
}
