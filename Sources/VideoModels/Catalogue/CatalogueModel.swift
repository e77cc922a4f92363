package import Media

/// One model as the catalogue lists it: what it can do, what it costs, where it runs.
package struct CatalogueModel: Hashable, Sendable {
    /// Whether a product photo goes with a request.
    package enum Reference: String, Codable, CaseIterable, Sendable {
        case required, optional, none
    }

    package let id: String
    /// Other ids that are served by this model.
    package let aliases: [String]
    /// For people.
    package let name: String
    package let provider: ModelProvider
    /// The model's id at its provider.
    package let providerModel: String
    package let sizes: [PixelSize]
    package let defaultSize: PixelSize
    /// Clip lengths, shortest first.
    package let seconds: [Int]
    package let defaultSeconds: Int
    /// One for every size.
    package let rates: [PixelSize: CreditRate]
    /// In Unicode code points, as OpenAI counts.
    package let promptLimit: Int
    package let reference: Reference
    /// Whether its clips have sound.
    package let audio: Bool
    /// How many of its clips may be under way at the provider at once.
    package let concurrency: Int
    /// A job of this model that takes longer has failed.
    package let deadline: Duration
    /// False for a model that is listed but needs the operator's hand first.
    package let isOffered: Bool
    /// Read by the provider's adapter alone.
    package let options: [String: JSONValue]

    /// Whether its provider is to fetch the first frame itself, where the bucket can be reached.
    var wantsFrameLink: Bool { options["frame_link"]?.boolValue ?? false }

    /// Whether its provider can change a clip it made.
    package var edits: Bool {
        provider == .videosAPI && options["remix"]?.boolValue ?? false
    }
}
