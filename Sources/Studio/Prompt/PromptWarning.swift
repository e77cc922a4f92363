/// Something about a prompt that its author should know before paying. Never stops a clip.
package struct PromptWarning: Codable, Hashable, Sendable {
    /// Part of the API: never renamed.
    package enum Code: String, Codable, CaseIterable, Sendable {
        case speechTooLong = "speech_too_long"
        case severalProducts = "several_products"
        case claimExperience = "claim_experience"
        case claimResult = "claim_result"
        case textInPicture = "text_in_picture"
        case promptTooLong = "prompt_too_long"
        case promptShortened = "prompt_shortened"
        case lineLanguage = "line_language"
        case fieldNotUsed = "field_not_used"
        case secondsOutsideFormat = "seconds_outside_format"
    }

    package let code: Code
    package let message: String
    /// The request's field that is meant, such as `brief.line`.
    package let param: String

    package init(_ code: Code, _ param: String, _ message: String) {
        self.code = code
        self.message = message
        self.param = param
    }
}
