/// Why a job ended without a clip, as the user reads it.
package struct JobFailure: Equatable, Sendable {
    /// Part of the API: `error.code` of a failed video.
    package enum Code: String, CaseIterable, Sendable {
        case contentRejected = "content_rejected"
        case modelUnavailable = "model_unavailable"
        case modelError = "model_error"
        case submitUnknown = "submit_unknown"
        case deadlineExceeded = "deadline_exceeded"
        case clipInvalid = "clip_invalid"
        case storageFailed = "storage_failed"
        case cancelled
    }

    package let code: Code

    package init(code: Code) { self.code = code }

    /// What happened and what to do. That the credits are back is true of every failure: they
    /// come back in the transaction that records it.
    package var message: String {
        let text =
            switch code {
            case .contentRejected:
                "The model declined this picture or text. "
                    + "Try without faces and without brand names of others."
            case .modelUnavailable: "This model is temporarily unavailable. Try another model."
            case .modelError: "The model could not make this clip. Try again or simplify the text."
            case .submitUnknown:
                "The connection to the model broke at the wrong moment, and nobody can tell "
                    + "whether it began. Try again."
            case .deadlineExceeded: "The model took too long. Try again or take a shorter clip."
            case .clipInvalid: "The model answered with a clip that does not play. Try again."
            case .storageFailed: "The photo or the clip could not be read or saved. Try again."
            case .cancelled: "You cancelled this video."
            }
        return text + " You were not charged: the credits are back."
    }
}
