package import Foundation
package import Media

/// One video model behind one provider: turns a `ClipRequest` into a clip.
package protocol VideoModel: Sendable {
    /// Asks for one clip. Sent exactly once per token, with no retry at any depth.
    ///
    /// A model that renders while the caller waits writes the clip to `file` and answers `.clip`;
    /// `progress` then receives a share from 0 to 1 now and then. Any other model answers
    /// `.accepted` at once.
    /// - Throws: `VideoModelError`.
    func create(
        _ request: ClipRequest, token: SubmitToken, file: URL,
        progress: @escaping @Sendable (Double) async -> Void
    ) async throws -> Creation

    /// Asks how an accepted clip is doing.
    /// - Throws: `VideoModelError`.
    func status(of id: ProviderJobID) async throws -> RenderStatus

    /// Writes a finished clip to `file`, streamed, never more than the clip limit.
    /// - Throws: `VideoModelError`.
    func download(_ id: ProviderJobID, to file: URL) async throws

    /// Says what became of a create whose answer was lost.
    func find(_ token: SubmitToken) async throws -> Finding

    /// Whether `create` wants the first frame by an address that it can be fetched from.
    var takesFrameLink: Bool { get }

    /// Whether `create` itself renders, on this machine, and stops when it is cancelled.
    var rendersHere: Bool { get }

    /// Asks the provider to stop.
    /// - Returns: whether it says that it has: then there will be no clip.
    /// - Throws: `VideoModelError`.
    func cancel(_ id: ProviderJobID) async throws -> Bool

    /// Looks whether the model could be used now, without making anything.
    /// - Returns: a remark for the operator.
    /// - Throws: `VideoModelError`, whose detail says what is wrong.
    func probe() async throws -> String
}

extension VideoModel {
    package var rendersHere: Bool { false }
    package var takesFrameLink: Bool { false }

    /// No provider here can be asked by our token; one that can says so itself.
    package func find(_ token: SubmitToken) async throws -> Finding { .unknown }

    package func cancel(_ id: ProviderJobID) async throws -> Bool { false }
}

/// What a model is asked for. The first frame is a JPEG of exactly `size`.
package struct ClipRequest: Sendable {
    package let prompt: String
    package let seconds: Int
    package let size: PixelSize
    package let firstFrame: URL?
    /// Where the provider can fetch the first frame, for a model that wants that.
    package let frameLink: URL?
    package let storyboard: Storyboard
    /// The clip to change, at a model that can. Elsewhere a new one is made from the same photo.
    package let remixOf: ProviderJobID?

    package init(
        prompt: String, seconds: Int, size: PixelSize, firstFrame: URL?, frameLink: URL? = nil,
        storyboard: Storyboard, remixOf: ProviderJobID? = nil
    ) {
        self.prompt = prompt
        self.seconds = seconds
        self.size = size
        self.firstFrame = firstFrame
        self.frameLink = frameLink
        self.storyboard = storyboard
        self.remixOf = remixOf
    }
}

/// Written down before a create is sent, so that its fate can be asked for after a crash.
package struct SubmitToken: Hashable, Sendable {
    package let value: UUID

    package init(_ value: UUID) { self.value = value }
}

/// The provider's own name for a clip: opaque, of any length.
package struct ProviderJobID: Hashable, Sendable {
    package let value: String

    package init(_ value: String) { self.value = value }
}

package enum Creation: Equatable, Sendable {
    /// The provider works on it; ask again after the hint, if it gave one.
    case accepted(ProviderJobID, askAgainAfter: Duration?)
    /// The clip is in the file named in the call.
    case clip
}

package enum RenderStatus: Equatable, Sendable {
    /// - progress: a share from 0 to 1, where the provider tells.
    case running(progress: Double?, askAgainAfter: Duration?)
    case completed(cost: ProviderCost?)
    case failed(VideoModelError, cost: ProviderCost?)
}

/// What the provider says a clip cost the operator. Users pay in credits, whatever it says.
package struct ProviderCost: Equatable, Sendable {
    package let amount: Double
    /// `credits`, `usd`.
    package let unit: String

    package init(amount: Double, unit: String) {
        self.amount = amount
        self.unit = unit
    }
}

package enum Finding: Equatable, Sendable {
    case accepted(ProviderJobID)
    /// Nothing exists and nothing was paid: asking again is safe.
    case nothingCreated
    /// The provider cannot tell.
    case unknown
}

/// Why a model gave no clip, in the words the job machine decides by.
package struct VideoModelError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// The model declined the picture or the text, or finished without a clip.
        case rejected
        /// Proof that nothing was created: refused connection, 429, 503 before work.
        case notStarted(retryAfter: Duration?)
        /// The operator's quota, bill or key.
        case unavailable
        /// The request may or may not have created something.
        case unknownOutcome
        /// The clip is gone or was never known.
        case notFound
        /// Worth asking again until the deadline.
        case transient
        /// The clip is there, and this machine could not keep it: its disk is full.
        case noRoom
        /// The model failed for good.
        case failed
    }

    package let reason: Reason
    /// For the operator's log; never shown to a user.
    package let detail: String

    package init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }
}
