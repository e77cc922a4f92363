package import VideoModels

/// What a format makes of a brief.
package struct ComposedPrompt: Equatable, Sendable {
    /// For a generative model.
    package let prompt: String
    package let warnings: [PromptWarning]
    /// For `animatic`, which draws instead.
    package let storyboard: Storyboard
}
