package import VideoModels

/// A kind of UGC clip: how it is shot, lit, timed and spoken, and what it must not do.
package struct Format: Equatable, Sendable {
    package let id: String
    /// Where it stands in a list of formats: lowest first.
    package let rank: Int
    package let title: String
    /// One plain sentence for people.
    package let summary: String
    /// The lengths it was made for, in seconds.
    package let seconds: ClosedRange<Int>
    /// Whether a person, or a part of one, is in the picture.
    package let needsPerson: Bool
    /// Names the look; opens the prompt.
    package let style: String
    package let scene: String
    /// Who is seen when the brief does not say.
    package let holder: String?
    /// Places that suit it; the first is taken when the brief does not say.
    package let settings: [String]
    package let shots: [Shot]
    package let camera: String
    package let light: String
    package let palette: [String]
    package let beats: [Beat]
    package let dialogue: Dialogue
    /// Everything heard beside speech.
    package let audio: String
    package let productRules: [String]
    package let negatives: [Negative]
    package let claimRisk: ClaimRisk
    /// Whether the clip is labelled as made by AI unless the user says otherwise.
    package let disclosureDefault: Bool
    package let briefFields: [BriefField]

    package struct Shot: Equatable, Sendable {
        package let move: Storyboard.CameraMove
        /// The shot's part of the clip, relative to the sum of all.
        package let share: Double
        /// Framing and angle, in prose.
        package let view: String
    }

    /// One thing that happens.
    package struct Beat: Equatable, Sendable {
        /// The beat's part of the clip, relative to the sum of all.
        package let share: Double
        package let action: String
    }

    package struct Dialogue: Equatable, Sendable {
        /// No slots: nobody speaks.
        package let slots: [Slot]
        /// Fewer words than would fit, for a format that needs quiet.
        package let maxWords: Int?
    }

    /// One turn of speech.
    package struct Slot: Equatable, Sendable {
        package let speaker: String
        package let manner: String
        /// The brief's field whose text is spoken.
        package let field: Brief.Field?
        /// What is said when the brief has no words for it; `nil` means then nothing is.
        package let cue: String?
        /// How many words a cue may take.
        package let words: Int?
    }

    /// What is not wanted, and what is wanted in its place.
    package struct Negative: Equatable, Sendable {
        package let avoid: String
        package let instead: String
    }

    /// How easily such a clip claims what cannot be proved.
    package enum ClaimRisk: String, Codable, CaseIterable, Sendable {
        case low, medium, high
        case veryHigh = "very_high"
    }

    /// A field of the brief that the format uses, and how to ask for it.
    package struct BriefField: Codable, Equatable, Sendable {
        package let field: Brief.Field
        package let hint: String
        package let placeholder: String
    }

    package func uses(_ field: Brief.Field) -> Bool {
        field == .language || briefFields.contains { $0.field == field }
    }
}
