import Foundation
import Outbound

/// A provider's answer, read as tolerantly as such answers are written.
struct ProviderReply: Sendable {
    let status: Int
    let headers: [String: String]
    let data: Data
    /// `nil` when the body is not JSON.
    let body: JSONValue?

    init(_ answer: Transport.Answer) {
        status = answer.status
        headers = answer.headers
        data = answer.body
        // Whatever cannot be read is judged by the status alone.
        body = try? JSONDecoder().decode(JSONValue.self, from: answer.body)
    }

    init(status: Int, headers: [String: String] = [:], json: String) {
        self.init(
            Transport.Answer(status: status, headers: headers, body: Data(json.utf8)))
    }

    var isSuccess: Bool { (200..<300).contains(status) }

    /// `Retry-After` in seconds or as a date; OpenAI's `retry-after-ms`.
    var retryAfter: Duration? {
        if let text = headers["retry-after-ms"], let milliseconds = Double(text) {
            return Self.bounded(milliseconds / 1000)
        }
        guard let text = headers["retry-after"] else { return nil }
        if let seconds = Double(text) { return Self.bounded(seconds) }
        return Self.date(text).map { Self.bounded($0.timeIntervalSinceNow) }
    }

    /// A provider that asks for more is asked again anyway: the job has its deadline.
    private static func bounded(_ seconds: Double) -> Duration {
        .seconds(min(max(seconds, 0), 300))
    }

    private static func date(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text)
    }
}
