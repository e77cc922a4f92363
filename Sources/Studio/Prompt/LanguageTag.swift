import Foundation

/// A well-formed BCP 47 tag.
struct LanguageTag: Equatable {
    /// Language in lower case, script in title case, region in upper case: `pt-BR`, `zh-Hant-TW`.
    let text: String

    init?(_ text: String) {
        let parts = text.replacing("_", with: "-").split(
            separator: "-", omittingEmptySubsequences: false)
        guard let language = parts.first, (2...3).contains(language.count),
            language.allSatisfy({ $0.isASCII && $0.isLetter }),
            parts.dropFirst().allSatisfy({ part in
                (1...8).contains(part.count)
                    && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            })
        else { return nil }
        let rest = parts.dropFirst().map { part in
            switch part.count {
            case 2: part.uppercased()
            case 4 where part.allSatisfy(\.isLetter): part.capitalized
            default: part.lowercased()
            }
        }
        self.text = ([language.lowercased()] + rest).joined(separator: "-")
    }

    /// The language alone: `pt`.
    var language: String { text.split(separator: "-").first.map(String.init) ?? text }

    /// For an English prompt: `Portuguese (Brazil)`, or the tag itself for a language unknown.
    var englishName: String {
        Locale(identifier: "en_US_POSIX").localizedString(forIdentifier: text) ?? text
    }
}
