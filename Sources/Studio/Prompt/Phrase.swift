/// A pattern of words in one sentence.
///
/// Words are separated by spaces. `a|b` is either word, `#` a number, `word?` may be left out, and
/// a closing `!a|b` forbids these words to follow.
struct Phrase {
    private enum Element {
        case word(Set<String>, isOptional: Bool)
        case notFollowed(by: Set<String>)
    }

    private let elements: [Element]

    init(_ pattern: String) {
        elements = pattern.split(separator: " ").map { part in
            let isOptional = part.hasSuffix("?")
            let words = part.drop { $0 == "!" }.prefix { $0 != "?" }.split(separator: "|")
            let set = Set(words.map(String.init))
            return part.hasPrefix("!") ? .notFollowed(by: set) : .word(set, isOptional: isOptional)
        }
    }

    static func list(_ patterns: String) -> [Phrase] {
        patterns.split(separator: "\n").map { Phrase(String($0)) }
    }

    /// Everywhere the phrase stands; the ranges count tokens.
    func matches(in text: TextTokens) -> [Range<Int>] {
        text.tokens.indices.compactMap { start in
            end(
                in: text.tokens[...], from: start, sentence: text.tokens[start].sentence,
                elements: elements[...]
            ).map { start..<$0 }
        }
        .filter { !$0.isEmpty }
    }

    private func end(
        in tokens: ArraySlice<TextTokens.Token>, from index: Int, sentence: Int,
        elements: ArraySlice<Element>
    ) -> Int? {
        guard let element = elements.first else { return index }
        let rest = elements.dropFirst()
        let token =
            index < tokens.endIndex && tokens[index].sentence == sentence
            ? tokens[index] : nil
        switch element {
        case .notFollowed(let words):
            return token.map { words.contains($0.text) } == true ? nil : index
        case .word(let words, let isOptional):
            let isHere = token.map {
                words.contains($0.text) || (words.contains("#") && $0.isNumber)
            }
            if isHere == true,
                let end = end(in: tokens, from: index + 1, sentence: sentence, elements: rest)
            {
                return end
            }
            return isOptional
                ? end(in: tokens, from: index, sentence: sentence, elements: rest) : nil
        }
    }
}
