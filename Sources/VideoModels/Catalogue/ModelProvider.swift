/// Who renders a model's clips. A model is offered when its provider is configured.
package enum ModelProvider: String, Codable, CaseIterable, Sendable {
    /// Drawn on this machine from the photo; needs no account.
    case animatic
    /// Any server that speaks `/v1/videos`.
    case videosAPI = "videos_api"
    case gemini
    case fal
    case runway
}
