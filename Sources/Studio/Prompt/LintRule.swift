/// One kind of thing worth a warning: the phrases that show it and what to tell about them.
struct LintRule {
    let code: PromptWarning.Code
    let phrases: [Phrase]
    /// Follows the words that were found.
    let advice: String
    /// A negation this many words earlier turns the meaning around.
    let negationReach: Int

    private static let negations: Set = [
        "no", "not", "never", "without", "avoid", "avoids", "don't", "doesn't", "isn't", "instead",
        "skip", "nothing",
    ]

    /// The warning for the first place where the rule is met.
    func warning(in text: TextTokens, param: String) -> PromptWarning? {
        let found = phrases.flatMap { $0.matches(in: text) }
            .filter { !isNegated($0, in: text) }
            .min { ($0.lowerBound, -$0.count) < ($1.lowerBound, -$1.count) }
        return found.map {
            PromptWarning(code, param, "\(text.excerpt($0).quoted) \(advice)")
        }
    }

    private func isNegated(_ range: Range<Int>, in text: TextTokens) -> Bool {
        let start = range.lowerBound
        return text.tokens[max(0, start - negationReach)..<start].contains {
            $0.sentence == text.tokens[start].sentence && Self.negations.contains($0.text)
        }
    }
}
