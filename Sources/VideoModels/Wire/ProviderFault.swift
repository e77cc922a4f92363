import Foundation

/// What an error answer says, in whichever of the shapes in use it says it:
/// `{"error":{message,type,param,code}}`, `{"error":"…"}`, `{"detail":"…"}`,
/// `{"detail":[{loc,msg,type}]}`, `{"code","message"}`, `[{"error":{…}}]`, or no JSON at all.
struct ProviderFault: Equatable, Sendable {
    /// For the operator's log.
    let message: String
    /// Lower case; several where the answer has several: `code`, `type`, `status`.
    let codes: Set<String>

    /// Longer messages are pages of HTML.
    private static let messageLimit = 300

    init(_ reply: ProviderReply) {
        self.init(reply.body, fallback: String(decoding: reply.data.prefix(200), as: UTF8.self))
    }

    /// - Parameter value: an answer, or the `error` of a job.
    init(_ value: JSONValue?, fallback: String = "") {
        var reader = FaultReader()
        reader.read(value)
        let text = reader.messages.isEmpty ? fallback : reader.messages.joined(separator: "; ")
        message = String(text.prefix(Self.messageLimit))
        codes = reader.codes
    }

    private static let quotaCodes: Set = [
        "insufficient_quota", "billing_hard_limit_reached", "billing_not_active",
        "organization_usage_limit_exceeded", "project_spend_limit_exceeded", "budget_exceeded",
    ]
    private static let quotaWords = [
        "exhausted balance", "insufficient balance", "quota exceeded", "enough credits",
        "exceeded your current quota", "check your plan and billing",
    ]

    /// The operator's bill or quota, which no waiting helps.
    var isQuota: Bool { !codes.isDisjoint(with: Self.quotaCodes) || contains(Self.quotaWords) }

    private static let refusalCodes: Set = [
        "moderation_blocked", "content_policy_violation", "content_rejected", "content_filter",
        "safety", "prohibited_content", "blocklist", "spii", "image_safety", "sensitive_content",
        "content_moderation",
    ]
    private static let refusalWords = [
        "moderation", "content policy", "safety system", "safety filter", "blocked by our",
        "violates our", "responsible ai", "blocked due to safety", "nsfw",
    ]

    /// The picture or the text was declined.
    var isRefusal: Bool {
        !codes.isDisjoint(with: Self.refusalCodes)
            || codes.contains { $0.hasPrefix("safety.") } || contains(Self.refusalWords)
            || (contains(["blocked"]) && contains(["policy", "policies", "safety"]))
    }

    private static let lostCodes: Set = [
        "task_not_exist", "task_not_found", "video_not_found", "not_found",
    ]

    /// The provider does not know the job, whatever its answer's status.
    var isLost: Bool { !codes.isDisjoint(with: Self.lostCodes) }

    private static let goneCodes: Set = [
        "model_not_found", "model_not_available", "api_key_invalid", "invalid_api_key",
    ]
    private static let goneWords = ["no longer available", "api key not valid"]

    /// The model is not there any more, or not for this key.
    var isOutOfReach: Bool { !codes.isDisjoint(with: Self.goneCodes) || contains(Self.goneWords) }

    private func contains(_ words: [String]) -> Bool {
        let text = message.lowercased()
        return words.contains(where: text.contains)
    }
}

/// Collects messages and codes from wherever they stand.
private struct FaultReader {
    private(set) var messages: [String] = []
    private(set) var codes: Set<String> = []

    mutating func read(_ value: JSONValue?) {
        switch value {
        case .string(let text): messages.append(text)
        case .array(let items): for item in items.prefix(5) { read(item) }
        case .object(let members): read(members)
        default: break
        }
    }

    private mutating func read(_ members: [String: JSONValue]) {
        for key in ["message", "msg", "failure"] {
            if let text = members[key]?.stringValue { messages.append(text) }
        }
        for key in ["code", "type", "status", "error_type", "failureCode", "reason"] {
            switch members[key] {
            case .string(let code): codes.insert(code.lowercased())
            case .integer(let code): codes.insert(String(code))
            default: break
            }
        }
        for key in ["error", "detail", "details", "errors"] { read(members[key]) }
    }
}
