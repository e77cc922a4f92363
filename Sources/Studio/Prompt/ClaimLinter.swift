/// Reads texts for what gets advertisers into trouble and what models do badly.
///
/// It knows English well and the plainest claims of German, French and Spanish. It looks for turns
/// of phrase, not meaning: no warning is no clearance.
package enum ClaimLinter {
    /// What is worth a warning in the texts of a brief, in the order of its fields.
    package static func warnings(for brief: Brief) -> [PromptWarning] {
        Brief.Field.allCases.flatMap { field -> [PromptWarning] in
            guard let text = brief[field], field != .language else { return [] }
            let tokens = TextTokens(text)
            return rules(for: field).compactMap { $0.warning(in: tokens, param: field.param) }
        }
    }

    /// What is worth a warning in a finished prompt. Text in double quotes counts as speech.
    package static func warnings(forPrompt prompt: String, seconds: Int) -> [PromptWarning] {
        let tokens = TextTokens(prompt)
        let rules: [LintRule] = [.severalProducts, .experience, .result, .textInPicture]
        let spoken = SpokenLength.words(in: quotations(in: prompt).joined(separator: " "))
        return rules.compactMap { $0.warning(in: tokens, param: "prompt") }
            + [speechTooLong(words: spoken, seconds: seconds, param: "prompt")].compactMap(\.self)
    }

    /// The warning for speech that does not fit, with both counts.
    static func speechTooLong(
        words: Int, seconds: Int, reserved: Int = 0, limit: Int? = nil, param: String
    ) -> PromptWarning? {
        let fitting = SpokenLength.budget(seconds: seconds) - reserved
        let budget = max(0, min(fitting, limit ?? fitting))
        guard words > budget else { return nil }
        return PromptWarning(
            .speechTooLong, param,
            "\(words) words are spoken; about \(budget) fit into \(seconds) seconds."
                + " Shorten them or take a longer clip, or the speech will be rushed or cut.")
    }

    private static func rules(for field: Brief.Field) -> [LintRule] {
        switch field {
        case .product: [.severalInName, .result]
        case .description: [.severalProducts, .experience, .result, .textInPicture]
        case .holder, .setting: [.textInPicture]
        case .line: [.experience, .result]
        case .callToAction: [.experience, .result]
        case .language: []
        }
    }

    private static func quotations(in text: String) -> [String] {
        let straight = text.replacing("“", with: "\"").replacing("”", with: "\"")
        let parts = straight.split(separator: "\"", omittingEmptySubsequences: false)
        let closed = parts.count.isMultiple(of: 2) ? parts.dropLast() : parts[...]
        return closed.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map {
            String($0.element)
        }
    }
}
