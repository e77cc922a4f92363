/// A format as the API shows it.
package struct FormatSummary: Codable, Equatable, Sendable {
    package struct Seconds: Codable, Equatable, Sendable {
        package let min: Int
        package let max: Int
    }

    package let id: String
    package let title: String
    package let summary: String
    package let seconds: Seconds
    package let needsPerson: Bool
    package let claimRisk: Format.ClaimRisk
    package let disclosureDefault: Bool
    /// Whether anyone speaks.
    package let hasSpeech: Bool
    /// Suggestions for the brief's setting.
    package let settings: [String]
    package let briefFields: [Format.BriefField]

    package init(_ format: Format) {
        id = format.id
        title = format.title
        summary = format.summary
        seconds = Seconds(min: format.seconds.lowerBound, max: format.seconds.upperBound)
        needsPerson = format.needsPerson
        claimRisk = format.claimRisk
        disclosureDefault = format.disclosureDefault
        hasSpeech = !format.dialogue.slots.isEmpty
        settings = format.settings
        briefFields = format.briefFields
    }

    enum CodingKeys: String, CodingKey {
        case id, title, summary, seconds, settings
        case needsPerson = "needs_person"
        case claimRisk = "claim_risk"
        case disclosureDefault = "disclosure_default"
        case hasSpeech = "has_speech"
        case briefFields = "brief_fields"
    }
}
