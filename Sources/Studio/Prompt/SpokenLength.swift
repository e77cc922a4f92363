/// How long a text takes to say, counted in words of everyday English.
enum SpokenLength {
    /// A relaxed speaker says two and a half words a second; this leaves room to breathe.
    static let tenthsOfWordsPerSecond = 23

    /// The words that fit into a clip.
    static func budget(seconds: Int) -> Int { seconds * tenthsOfWordsPerSecond / 10 }

    /// Runs of letters and digits are words; an apostrophe joins, anything else parts. In scripts
    /// without spaces two Chinese or Japanese characters, or four letters of Thai, Lao, Khmer or
    /// Burmese, count as one word, begun words as whole ones.
    static func words(in text: String) -> Int {
        var count = Count()
        for scalar in text.unicodeScalars { count.add(scalar) }
        return count.total
    }

    private struct Count {
        private var words = 0
        private var isInWord = false
        /// Keyed by how many characters make a word.
        private var unspaced: [Int: Int] = [:]

        mutating func add(_ scalar: Unicode.Scalar) {
            if let length = Script(scalar)?.charactersPerWord {
                unspaced[length, default: 0] += 1
                isInWord = false
            } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                if !isInWord { words += 1 }
                isInWord = true
            } else if !scalar.joinsLetters {
                isInWord = false
            }
        }

        var total: Int {
            unspaced.reduce(words) { $0 + ($1.value + $1.key - 1) / $1.key }
        }
    }
}

extension Unicode.Scalar {
    /// Apostrophes, and marks that belong to the letter before them.
    fileprivate var joinsLetters: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .format: true
        default: self == "'" || self == "’"
        }
    }
}
