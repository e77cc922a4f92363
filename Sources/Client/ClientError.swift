package import Foundation
import Outbound

/// Why something was not done. The description is for people.
package enum ClientError: Error {
    case unreachable(String)
    /// The server said no.
    case refused(Refusal)
    /// The server's answer is none that this program knows.
    case misunderstood
    /// The file cannot be read or written.
    case file(String)
    /// What was asked for makes no sense.
    case usage(String)

    /// The server's no.
    package struct Refusal: Sendable {
        package let status: Int
        package let code: String
        package let message: String
        package let param: String?
        package let retryAfter: Duration?
        /// As the server wrote it.
        package let json: Data
    }

    private struct Body: Decodable {
        struct Content: Decodable {
            let message: String
            let code: String?
            let param: String?
        }
        let error: Content
    }

    /// Supabase Auth's errors, of both versions.
    private struct SignInBody: Decodable {
        let errorCode: String?
        let msg: String?
        let message: String?

        enum CodingKeys: String, CodingKey {
            case msg, message
            case errorCode = "error_code"
        }
    }

    init(_ answer: Transport.Answer) {
        // Either shape, or neither, as from a proxy.
        let own = try? JSONDecoder().decode(Body.self, from: answer.body).error
        let other = try? JSONDecoder().decode(SignInBody.self, from: answer.body)
        let retryAfter = answer.headers["retry-after"].flatMap { Int($0) }
        self = .refused(
            Refusal(
                status: answer.status,
                code: own?.code ?? other?.errorCode ?? "status_\(answer.status)",
                message: own?.message ?? other?.msg ?? other?.message
                    ?? "The server answered \(answer.status).",
                param: own?.param, retryAfter: retryAfter.map { .seconds($0) },
                json: answer.body))
    }

    init(_ error: OutboundError) {
        self =
            switch error {
            case .status(let status):
                .refused(
                    Refusal(
                        status: status, code: "status_\(status)",
                        message: status == 404 || status == 409
                            ? "There is no clip to download (yet)."
                            : "The server answered \(status).",
                        param: nil, retryAfter: nil, json: Data()))
            case .unwritable(let reason): .file("The file cannot be written: \(reason)")
            default: .unreachable("\(error)")
            }
    }

    /// There is no key to ask with.
    package static func notSignedIn(at server: URL) -> ClientError {
        .refused(
            Refusal(
                status: 401, code: "unauthorized", message: "No key for \(server.absoluteString).",
                param: nil, retryAfter: nil, json: Data()))
    }

    /// Whether it may be over in a moment.
    var isPassing: Bool {
        switch self {
        case .unreachable: true
        case .refused(let refusal):
            [502, 503, 504].contains(refusal.status)
                || refusal.code == "rate_limited" || refusal.code == "too_many_unfinished"
        default: false
        }
    }

    var retryAfter: Duration? {
        if case .refused(let refusal) = self { refusal.retryAfter } else { nil }
    }

    /// The server's no, if that is what it is.
    package var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}

extension ClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): "The server cannot be reached: \(reason)."
        case .refused(let refusal):
            switch refusal.status {
            case 401: "\(refusal.message) 'placemint login' gets a new key."
            default: refusal.message
            }
        case .misunderstood: "The server's answer is not Placemint's. Is the address right?"
        case .file(let reason), .usage(let reason): reason
        }
    }
}
