package import Media
package import Postgres
package import VideoModels

/// What somebody asks for, before anything is known to be right about it.
package struct Order: Sendable {
    /// A model's id or alias; the catalogue's default when absent.
    package var model: String?
    /// A finished prompt. With one, the composer is skipped and a format only cuts the clip.
    package var prompt: String?
    package var seconds: Int?
    package var size: String?
    package var format: String?
    package var brief: Brief?
    package var backdrop: FirstFrame.Backdrop
    package var image: ID<Asset>?
    /// The part of the photo to use.
    package var crop: CropArea?
    package var remixedFrom: ID<Job>?
    /// Whether `remixedFrom` itself has to be changed. Else a remix is made anew from its photo
    /// where the model cannot.
    package var mustEdit = false

    package init(
        model: String? = nil, prompt: String? = nil, seconds: Int? = nil, size: String? = nil,
        format: String? = nil, brief: Brief? = nil, backdrop: FirstFrame.Backdrop = .soft,
        image: ID<Asset>? = nil, crop: CropArea? = nil, remixedFrom: ID<Job>? = nil
    ) {
        self.model = model
        self.prompt = prompt
        self.seconds = seconds
        self.size = size
        self.format = format
        self.brief = brief
        self.backdrop = backdrop
        self.image = image
        self.crop = crop
        self.remixedFrom = remixedFrom
    }
}

extension Order {
    /// - Parameter photo: the size of the photo that is ordered with.
    /// - Throws: `OrderError` when too little of it would be left.
    package func checkCrop(of photo: PixelSize?) throws {
        guard let crop, let photo, !crop.isUsable(in: photo) else { return }
        throw OrderError(
            .invalidRequest, "crop",
            "That part of the photo is \(crop.size(in: photo)) pixels; each side must have at "
                + "least \(Photo.shortestSide).")
    }
}

/// What an order comes to: the exact clip, its price, and the prompt the model will be given.
package struct Quotation: Sendable {
    package let order: Order
    package let quote: Quote
    package let format: Format?
    package let prompt: String
}

/// Why an order cannot be taken. The description is for users.
package struct OrderError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        case invalidRequest = "invalid_request"
        case notFound = "not_found"
        case promptRequired = "prompt_required"
        case tooManyUnfinished = "too_many_unfinished"
        case modelUnavailable = "model_unavailable"
        case alreadyFinished = "already_finished"
        case idempotencyKeyReused = "idempotency_key_reused"
        case notFinished = "not_finished"
        case keyLimitReached = "key_limit_reached"
        case editsNotSupported = "edits_not_supported"
    }

    package let code: Code
    package let param: String?
    package let description: String

    package init(_ code: Code, _ param: String?, _ description: String) {
        self.code = code
        self.param = param
        self.description = description
    }
}
