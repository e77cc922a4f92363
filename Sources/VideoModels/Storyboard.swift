/// How a clip is cut: its shots in order, and the two lines of text that may stand in the picture.
///
/// Generative models get the prompt; `animatic` draws this.
package struct Storyboard: Codable, Equatable, Sendable {
    package var shots: [Shot]
    /// Shown at the start, at most a short sentence.
    package var hook: String?
    /// Shown at the end: the call to action.
    package var caption: String?

    package init(shots: [Shot], hook: String? = nil, caption: String? = nil) {
        self.shots = shots
        self.hook = hook
        self.caption = caption
    }

    package struct Shot: Codable, Equatable, Sendable {
        package var move: CameraMove
        /// The shot's part of the clip's length; parts are relative to their sum.
        package var share: Double

        package init(move: CameraMove, share: Double) {
            self.move = move
            self.share = share
        }
    }

    /// One camera move over the product. A clip reads best with one move a shot.
    package enum CameraMove: String, Codable, CaseIterable, Sendable {
        case push
        case pull
        case panLeft = "pan_left"
        case panRight = "pan_right"
        case tiltUp = "tilt_up"
        case tiltDown = "tilt_down"
        /// A slow arc around the product, as far as a still allows.
        case drift
        case hold
    }
}
