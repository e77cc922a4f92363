/// Tells when a line is written in letters its language does not use.
enum LineLanguage {
    /// Shorter lines may be all brand name.
    private static let leastLetters = 4

    static func warning(for brief: Brief) -> PromptWarning? {
        guard let line = brief.line, let tag = LanguageTag(brief.language) else { return nil }
        let usual = Script.usual(for: tag.language)
        let scripts = line.unicodeScalars.compactMap(Script.init)
        guard !usual.isEmpty, scripts.count >= leastLetters else { return nil }
        let strangers = scripts.filter { !usual.contains($0) }
        guard strangers.count * 2 > scripts.count, let script = mostFrequent(strangers) else {
            return nil
        }
        return PromptWarning(
            .lineLanguage, Brief.Field.language.param,
            "The line is in \(script.rawValue) letters but is to be spoken in"
                + " \(tag.englishName). Set the language the line is written in.")
    }

    private static func mostFrequent(_ scripts: [Script]) -> Script? {
        Dictionary(grouping: scripts, by: \.self)
            .max { ($0.value.count, $1.key.rawValue) < ($1.value.count, $0.key.rawValue) }?.key
    }
}
