import VideoModels

/// Reads the lists within a format.
enum FormatPartReader {
    static let shotKeys: Set = ["move", "share", "view"]
    static let beatKeys: Set = ["share", "action"]
    static let dialogueKeys: Set = ["slots", "max_words"]
    static let slotKeys: Set = ["speaker", "manner", "field", "cue", "words"]
    static let negativeKeys: Set = ["avoid", "instead"]
    static let briefFieldKeys: Set = ["field", "hint", "placeholder"]
    /// A shot needs about two seconds to be read; clips run to fifteen.
    static let shotCount = 1...6
    static let beatCount = 2...6
    static let slotCount = 0...4
    static let negativeCount = 1...6
    /// Shares are parts of a whole, so any scale does; this one keeps slips visible.
    static let shareLimit = 100
    static let wordRange = 1...60
    static let speakerLength = 1...30

    static func shots(_ field: JSONField) -> [Format.Shot]? {
        field.list(shotCount) { shot in
            guard let fields = JSONFields(shot, keys: shotKeys) else { return nil }
            let move = fields.required("move")?.choice(Storyboard.CameraMove.self)
            let share = fields.required("share")?.positive(upTo: shareLimit)
            let view = fields.required("view")?.string(FormatReader.proseLength)
            guard let move, let share, let view else { return nil }
            return Format.Shot(move: move, share: share, view: view)
        }
    }

    static func beats(_ field: JSONField) -> [Format.Beat]? {
        field.list(beatCount) { beat in
            guard let fields = JSONFields(beat, keys: beatKeys) else { return nil }
            let share = fields.required("share")?.positive(upTo: shareLimit)
            let action = fields.required("action")?.string(FormatReader.proseLength)
            guard let share, let action else { return nil }
            return Format.Beat(share: share, action: action)
        }
    }

    static func dialogue(_ field: JSONField) -> Format.Dialogue? {
        guard let fields = JSONFields(field, keys: dialogueKeys) else { return nil }
        let maxWords = fields.optional("max_words")?.integer(wordRange)
        guard let slots = fields.required("slots")?.list(slotCount, of: slot) else { return nil }
        return Format.Dialogue(slots: slots, maxWords: maxWords)
    }

    private static func slot(_ field: JSONField) -> Format.Slot? {
        guard let fields = JSONFields(field, keys: slotKeys) else { return nil }
        let speaker = fields.required("speaker")?.string(speakerLength)
        let manner = fields.required("manner")?.string(FormatReader.phraseLength)
        let source = fields.optional("field")
        let spoken = source.flatMap(spokenField)
        let cue = fields.optional("cue")?.string(FormatReader.proseLength)
        let words = fields.optional("words")?.integer(wordRange)
        guard let speaker, let manner else { return nil }
        if source == nil, cue == nil { field.report("needs a \"field\" or a \"cue\" to be spoken") }
        if (cue == nil) != (words == nil) {
            field.report("needs \"words\", how many a cue may take, with a \"cue\" and only then")
        }
        return Format.Slot(speaker: speaker, manner: manner, field: spoken, cue: cue, words: words)
    }

    private static func spokenField(_ field: JSONField) -> Brief.Field? {
        guard let choice = field.choice(Brief.Field.self) else { return nil }
        guard [.line, .callToAction].contains(choice) else {
            return field.mismatch("\"line\" or \"call_to_action\"")
        }
        return choice
    }

    static func negatives(_ field: JSONField) -> [Format.Negative]? {
        field.list(negativeCount) { negative in
            guard let fields = JSONFields(negative, keys: negativeKeys) else { return nil }
            let avoid = fields.required("avoid")?.string(FormatReader.phraseLength)
            let instead = fields.required("instead")?.string(FormatReader.phraseLength)
            guard let avoid, let instead else { return nil }
            return Format.Negative(avoid: avoid, instead: instead)
        }
    }

    static func briefFields(_ field: JSONField) -> [Format.BriefField]? {
        field.list(1...Brief.Field.allCases.count) { entry in
            guard let fields = JSONFields(entry, keys: briefFieldKeys) else { return nil }
            let name = fields.required("field")?.choice(Brief.Field.self)
            let hint = fields.required("hint")?.string(FormatReader.phraseLength)
            let placeholder = fields.required("placeholder")?.string(FormatReader.phraseLength)
            guard let name, let hint, let placeholder else { return nil }
            return Format.BriefField(field: name, hint: hint, placeholder: placeholder)
        }
    }
}
