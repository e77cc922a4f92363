import VideoModels

/// Reads one format file.
enum FormatReader {
    static let keys: Set = [
        "$schema", "id", "rank", "title", "summary", "seconds", "needs_person", "style", "scene",
        "holder", "settings", "shots", "camera", "light", "palette", "beats", "dialogue", "audio",
        "product_rules", "negatives", "claim_risk", "disclosure_default", "brief_fields",
    ]
    static let secondsKeys: Set = ["min", "max"]
    static let idLength = 1...64
    static let rankRange = 1...10_000
    static let titleLength = 1...40
    static let summaryLength = 1...160
    /// A sentence or two: longer prose makes models forget the rest.
    static let proseLength = 1...320
    /// A phrase.
    static let phraseLength = 1...120
    static let secondsRange = 1...60
    static let settingCount = 1...8
    /// Three to five colours: fewer say nothing, more are not followed.
    static let paletteCount = 3...5
    static let ruleCount = 1...8

    static func format(_ root: LocatedJSON, problems: ProblemList) -> Format? {
        let field = JSONField(value: root, path: "", problems: problems)
        guard let fields = JSONFields(field, keys: keys) else { return nil }
        let text = { (key: String, length: ClosedRange<Int>) in
            fields.required(key)?.string(length)
        }
        let texts = { (key: String, count: ClosedRange<Int>) in
            fields.required(key)?.list(count) { $0.string(phraseLength) }
        }
        let id = fields.required("id")?.identifier(idLength)
        let rank = fields.required("rank")?.integer(rankRange)
        let title = text("title", titleLength)
        let summary = text("summary", summaryLength)
        let seconds = fields.required("seconds").flatMap(seconds)
        let needsPerson = fields.required("needs_person")?.bool()
        let style = text("style", phraseLength)
        let scene = text("scene", proseLength)
        let holder = fields.optional("holder")?.string(phraseLength)
        let settings = texts("settings", settingCount)
        let shots = fields.required("shots").flatMap(FormatPartReader.shots)
        let camera = text("camera", proseLength)
        let light = text("light", proseLength)
        let palette = texts("palette", paletteCount)
        let beats = fields.required("beats").flatMap(FormatPartReader.beats)
        let dialogue = fields.required("dialogue").flatMap(FormatPartReader.dialogue)
        let audio = text("audio", proseLength)
        let productRules = texts("product_rules", ruleCount)
        let negatives = fields.required("negatives").flatMap(FormatPartReader.negatives)
        let claimRisk = fields.required("claim_risk")?.choice(Format.ClaimRisk.self)
        let disclosure = fields.required("disclosure_default")?.bool()
        let briefFields = fields.required("brief_fields").flatMap(FormatPartReader.briefFields)
        guard let id, let rank, let title, let summary, let seconds, let needsPerson, let style,
            let scene, let settings, let shots, let camera, let light, let palette, let beats,
            let dialogue, let audio, let productRules, let negatives, let claimRisk,
            let disclosure, let briefFields
        else { return nil }
        let format = Format(
            id: id, rank: rank, title: title, summary: summary, seconds: seconds,
            needsPerson: needsPerson, style: style, scene: scene, holder: holder,
            settings: settings, shots: shots, camera: camera, light: light, palette: palette,
            beats: beats, dialogue: dialogue, audio: audio, productRules: productRules,
            negatives: negatives, claimRisk: claimRisk, disclosureDefault: disclosure,
            briefFields: briefFields)
        reportContradictions(in: format, fields)
        return format
    }

    private static func reportContradictions(in format: Format, _ fields: JSONFields) {
        let holder = fields.optional("holder")
        if format.needsPerson, holder == nil {
            fields.optional("needs_person")?
                .report("is true, so \"holder\" must say who is seen when the brief does not")
        }
        if !format.needsPerson { holder?.report("has no place where needs_person is false") }
        let listed = fields.optional("brief_fields")
        for field in format.dialogue.slots.compactMap(\.field) where !format.uses(field) {
            listed?.report("must list \"\(field.rawValue)\", which the dialogue speaks")
        }
        if !format.needsPerson, format.uses(.holder) {
            listed?.report("lists \"holder\" though needs_person is false")
        }
        if Set(format.briefFields.map(\.field)).count < format.briefFields.count {
            listed?.report("lists a field twice")
        }
    }

    private static func seconds(_ field: JSONField) -> ClosedRange<Int>? {
        guard let fields = JSONFields(field, keys: secondsKeys) else { return nil }
        let least = fields.required("min")?.integer(secondsRange)
        let most = fields.required("max")?.integer(secondsRange)
        guard let least, let most else { return nil }
        guard least <= most else {
            field.report("has a min of \(least) above its max of \(most)")
            return nil
        }
        return least...most
    }
}
