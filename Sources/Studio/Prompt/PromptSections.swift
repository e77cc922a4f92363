import VideoModels

/// Writes the sections of a prompt, in the order models follow best: the picture before the
/// camera, the action before the words, the rules last.
struct PromptSections {
    let format: Format
    let brief: Brief
    let seconds: Int

    var all: [PromptSection] {
        [scene, cinematography, light, actions, dialogue, sound, product, avoid]
    }

    private var scene: PromptSection {
        var lines = ["\(format.style). \(format.scene)", "Product: \(productName)."]
        if format.needsPerson, let holder = text(.holder) ?? format.holder {
            lines.append("Seen with it: \(holder). The clip opens on the product, then on them.")
        }
        if let setting = text(.setting) ?? format.settings.first {
            lines.append("Place: \(setting).")
        }
        return PromptSection(nil, lines)
    }

    /// A text of the user's, quoted, if the format uses it.
    private func text(_ field: Brief.Field) -> String? {
        format.uses(field) ? brief[field]?.quoted : nil
    }

    private var productName: String {
        let facts = [text(.product), text(.description)].compactMap(\.self)
        return (facts + ["the one in the first frame"]).joined(separator: ", ")
    }

    private var cinematography: PromptSection {
        let times = Timeline.spans(of: format.shots.map(\.share), seconds: seconds)
        let shots = zip(times, format.shots).map { "\($0): \($1.view), \($1.move.direction)." }
        return PromptSection("Cinematography", shots + [format.camera], note: .camera)
    }

    private var light: PromptSection {
        let palette = format.palette.joined(separator: ", ")
        return PromptSection("Light", ["\(format.light) Palette: \(palette)."], note: .light)
    }

    private var actions: PromptSection {
        let times = Timeline.spans(of: format.beats.map(\.share), seconds: seconds)
        return PromptSection("Actions", zip(times, format.beats).map { "\($0): \($1.action)" })
    }

    private var dialogue: PromptSection {
        let speech = Speech(format: format, brief: brief, seconds: seconds)
        guard !speech.turns.isEmpty else { return PromptSection("Dialogue", ["Nobody speaks."]) }
        let language = LanguageTag(brief.language)?.englishName ?? brief.language
        let lines = speech.turns.map { turn in
            let words =
                turn.given?.quoted
                ?? "\(turn.slot.cue ?? ""), in at most \(speech.cueWords(turn) ?? 1) words"
            return "\(turn.slot.speaker.uppercased()) (\(turn.slot.manner)): \(words)"
        }
        return PromptSection("Dialogue, in \(language), quoted words exactly as written", lines)
    }

    private var sound: PromptSection {
        PromptSection("Background sound", [format.audio], note: .sound)
    }

    private var product: PromptSection {
        let heading = "Product, same shape, colours, label and scale as in the first frame"
        return PromptSection(heading, format.productRules.map { "- \($0)" })
    }

    private var avoid: PromptSection {
        let lines = format.negatives.map { "- Instead of \($0.avoid): \($0.instead)." }
        return PromptSection("Avoid", lines, note: .avoid)
    }
}

extension Storyboard.CameraMove {
    /// The move as a camera operator would be told.
    fileprivate var direction: String {
        switch self {
        case .push: "slow push in"
        case .pull: "slow pull back"
        case .panLeft: "slow pan left"
        case .panRight: "slow pan right"
        case .tiltUp: "slow tilt up"
        case .tiltDown: "slow tilt down"
        case .drift: "slow arc of a few degrees"
        case .hold: "camera still"
        }
    }
}
