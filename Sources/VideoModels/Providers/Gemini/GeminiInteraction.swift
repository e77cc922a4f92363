import Foundation

/// An interaction, as far as a clip is concerned.
struct GeminiInteraction: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case running, completed, failed
    }

    enum Clip: Equatable, Sendable {
        case inline(Data)
        case address(URL)
    }

    let id: String
    let state: State
    let clip: Clip?
    /// Whether tokens of video were billed.
    let wasBilled: Bool
    let fault: ProviderFault?

    init?(_ value: JSONValue?) {
        guard let value, let id = value["id"]?.stringValue, !id.isEmpty,
            let status = value["status"]?.stringValue
        else { return nil }
        self.id = id
        state =
            switch status.lowercased() {
            case "completed": .completed
            case "failed", "cancelled", "incomplete", "budget_exceeded": .failed
            default: .running
            }
        clip = Self.clip(value)
        wasBilled = Self.videoTokens(value) > 0
        let errors = value["errors"] ?? value["error"]
        if let errors, errors != .null {
            fault = ProviderFault(errors)
        } else {
            fault = state == .failed ? ProviderFault(.object(["code": .string(status)])) : nil
        }
    }

    private static func clip(_ value: JSONValue) -> Clip? {
        let contents = (value["steps"]?.arrayValue ?? []).flatMap { step in
            step["content"]?.arrayValue ?? []
        }
        let direct = value["outputs"]?.arrayValue ?? []
        for part in contents + direct where part["type"]?.stringValue == "video" {
            if let text = part["uri"]?.stringValue, let url = URL(string: text) {
                return .address(url)
            }
            if let text = part["data"]?.stringValue, let data = Data(base64Encoded: text) {
                return .inline(data)
            }
        }
        return nil
    }

    private static func videoTokens(_ value: JSONValue) -> Double {
        let modalities = value["usage"]?["output_tokens_by_modality"]?.arrayValue ?? []
        return modalities.filter { $0["modality"]?.stringValue?.lowercased() == "video" }
            .compactMap { $0["tokens"]?.number }.reduce(0, +)
    }
}
