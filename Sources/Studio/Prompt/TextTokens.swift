/// A text cut into what the linter compares: lower-case words, numbers and a few telling signs.
struct TextTokens {
    struct Token {
        let text: String
        /// Which sentence of the text it stands in.
        let sentence: Int
        let range: Range<String.Index>

        /// `12`, `3.5`, `10x`, or a number word that counts things.
        var isNumber: Bool {
            text.first?.isNumber == true || Self.numberWords.contains(text)
        }

        private static let numberWords: Set = [
            "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve",
            "twenty", "thirty", "fifty", "hundred", "hundreds", "thousand", "thousands", "million",
            "millions", "few",
        ]
    }

    /// Signs that carry a claim by themselves, and the words the phrases know them by.
    private static let signs: [Character: String] = ["%": "%", "★": "★", "⭐": "★", "#": "hash"]
    private static let ends: Set<Character> = [".", "!", "?", ";", "。", "！", "？"]

    let source: String
    private(set) var tokens: [Token] = []
    private var sentence = 0

    init(_ source: String) {
        self.source = source
        var index = source.startIndex
        while index < source.endIndex { index = read(at: index) }
    }

    /// The source text from one token to another.
    func excerpt(_ range: Range<Int>) -> String {
        guard let first = tokens[range].first, let last = tokens[range].last else { return "" }
        return String(source[first.range.lowerBound..<last.range.upperBound]).singleLine
    }

    private mutating func read(at start: String.Index) -> String.Index {
        let character = source[start]
        if character.isLetter || character.isNumber { return readWord(at: start) }
        let end = source.index(after: start)
        if let sign = Self.signs[character] {
            tokens.append(Token(text: sign, sentence: sentence, range: start..<end))
        } else if Self.ends.contains(character) || character.isNewline {
            sentence += 1
        }
        return end
    }

    private mutating func readWord(at start: String.Index) -> String.Index {
        var end = source.index(after: start)
        while end < source.endIndex, isInside(at: end) { end = source.index(after: end) }
        let text = source[start..<end].lowercased().replacing("’", with: "'")
        tokens.append(Token(text: text, sentence: sentence, range: start..<end))
        return end
    }

    /// Letters and digits; an apostrophe or a decimal point only between two of them.
    private func isInside(at index: String.Index) -> Bool {
        let character = source[index]
        if character.isLetter || character.isNumber { return true }
        let after = source.index(after: index)
        guard after < source.endIndex else { return false }
        if character == "'" || character == "’" { return source[after].isLetter }
        return (character == "." || character == ",") && source[after].isNumber
            && source[source.index(before: index)].isNumber
    }
}
