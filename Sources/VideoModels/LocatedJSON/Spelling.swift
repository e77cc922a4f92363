/// Guesses the word that was meant by a misspelt one.
enum Spelling {
    /// The nearest candidate, when it is near enough to be worth naming.
    static func closest(to word: String, among candidates: Set<String>) -> String? {
        let near = candidates.map { ($0, distance(word.lowercased(), $0)) }
            .filter { $0.1 <= min(3, max(1, word.count / 2)) }
        return near.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// Insertions, deletions and replacements between two words.
    static func distance(_ first: String, _ second: String) -> Int {
        let target = Array(second)
        var row = Array(0...target.count)
        for (index, character) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in target.indices {
                let above = row[column + 1]
                row[column + 1] =
                    character == target[column] ? diagonal : min(diagonal, above, row[column]) + 1
                diagonal = above
            }
        }
        return row[target.count]
    }
}
