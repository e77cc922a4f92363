import Media

/// A model as the API shows it.
package struct ModelSummary: Codable, Equatable, Sendable {
    package let id: String
    package let name: String
    package let aliases: [String]
    package let provider: ModelProvider
    /// `WIDTHxHEIGHT`.
    package let sizes: [String]
    package let defaultSize: String
    package let seconds: [Int]
    package let defaultSeconds: Int
    /// Keyed by size.
    package let creditsPerSecond: [String: Double]
    package let promptLimit: Int
    package let reference: CatalogueModel.Reference
    package let audio: Bool
    /// What a remix does: `edit` changes the clip, `regenerate` makes another from the same photo.
    package let remix: String

    package init(_ model: CatalogueModel) {
        id = model.id
        name = model.name
        aliases = model.aliases
        provider = model.provider
        sizes = model.sizes.map(\.description)
        defaultSize = model.defaultSize.description
        seconds = model.seconds
        defaultSeconds = model.defaultSeconds
        creditsPerSecond = Dictionary(
            uniqueKeysWithValues: model.rates.map {
                ($0.key.description, $0.value.creditsPerSecond)
            })
        promptLimit = model.promptLimit
        reference = model.reference
        audio = model.audio
        remix = model.edits ? "edit" : "regenerate"
    }

    enum CodingKeys: String, CodingKey {
        case id, name, aliases, provider, sizes, seconds, reference, audio, remix
        case defaultSize = "default_size"
        case defaultSeconds = "default_seconds"
        case creditsPerSecond = "credits_per_second"
        case promptLimit = "prompt_limit"
    }
}
