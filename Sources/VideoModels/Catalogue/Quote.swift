package import Media

/// The price of one clip, and what exactly it buys.
package struct Quote: Equatable, Sendable {
    /// The model that serves the request, whatever alias it was asked for by.
    package let model: CatalogueModel
    package let size: PixelSize
    package let seconds: Int
    /// Whole credits, rounded up.
    package let credits: Int
}

/// Why no clip can be priced as asked. The description is for users.
package struct QuoteError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Part of the API: never renamed.
    package enum Code: String, CaseIterable, Sendable {
        case modelNotFound = "model_not_found"
        case sizeNotSupported = "size_not_supported"
        case secondsNotSupported = "seconds_not_supported"
        case referenceNotSupported = "reference_not_supported"
        case referenceRequired = "reference_required"
        case promptRequired = "prompt_required"
        case promptTooLong = "prompt_too_long"
    }

    package let code: Code
    /// The request's field at fault.
    package let param: String
    package let description: String

    init(_ code: Code, _ param: String, _ description: String) {
        self.code = code
        self.param = param
        self.description = description
    }
}
