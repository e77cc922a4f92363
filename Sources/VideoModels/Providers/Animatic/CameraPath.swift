import Foundation

/// The part of the still that a camera sees, in shares of its width and height.
struct Framing: Equatable {
    var x: Double
    var y: Double
    /// 1 is the whole still.
    var scale: Double
    /// How far the middle is moved to the right against the rest: a touch of depth.
    var lead = 0.0

    static let whole = Framing(x: 0, y: 0, scale: 1)

    /// The framing around the product, which stands in the middle.
    static func centred(_ scale: Double) -> Framing {
        Framing(x: (1 - scale) / 2, y: (1 - scale) / 2, scale: scale)
    }

    /// Near the product, with room above it for words.
    static func close(_ scale: Double) -> Framing {
        Framing(x: (1 - scale) / 2, y: (1 - scale) / 3, scale: scale)
    }
}

/// One camera move from start to end.
struct CameraPath {
    private let start: Framing
    private let end: Framing
    private let bow: Double

    /// - Parameter seconds: a longer shot travels further, so that every move has the same calm
    ///   speed.
    init(_ move: Storyboard.CameraMove, seconds: Double) {
        let travel = min(1, 0.35 + seconds / 6)
        let zoom = 0.17 * travel
        let frame = 0.84
        let near = (1 - frame) / 2 * (1 - travel)
        let far = (1 - frame) - near
        let middle = (1 - frame) / 2
        bow = move == .drift ? 0.012 * travel : 0
        (start, end) =
            switch move {
            case .push: (.whole, .centred(1 - zoom))
            case .pull: (.centred(1 - zoom), .whole)
            case .panLeft: Self.between((far, middle), (near, middle), frame)
            case .panRight: Self.between((near, middle), (far, middle), frame)
            case .tiltUp: Self.between((middle, far), (middle, near), frame)
            case .tiltDown: Self.between((middle, near), (middle, far), frame)
            case .drift: Self.arc(near: near, far: far, middle: middle, frame: frame)
            case .hold: (.close(0.80), .close(0.785))
            }
    }

    private static func between(
        _ start: (x: Double, y: Double), _ end: (x: Double, y: Double), _ scale: Double
    ) -> (Framing, Framing) {
        (
            Framing(x: start.x, y: start.y, scale: scale),
            Framing(x: end.x, y: end.y, scale: scale)
        )
    }

    private static func arc(
        near: Double, far: Double, middle: Double, frame: Double
    ) -> (Framing, Framing) {
        (
            Framing(x: near, y: middle, scale: frame, lead: 0.016),
            Framing(x: far, y: middle, scale: frame, lead: -0.016)
        )
    }

    /// - Parameter progress: 0 to 1.
    func framing(at progress: Double) -> Framing {
        let eased = Self.ease(progress)
        func mix(_ part: KeyPath<Framing, Double>) -> Double {
            start[keyPath: part] + (end[keyPath: part] - start[keyPath: part]) * eased
        }
        let dip = bow * sin(eased * .pi)
        let scale = mix(\.scale) - 2 * dip
        return Framing(x: mix(\.x) + dip, y: mix(\.y) + 2 * dip, scale: scale, lead: mix(\.lead))
    }

    /// Starts and stops softly without ever standing still, so that a cut never shows a stop.
    static func ease(_ t: Double) -> Double { t * (0.6 + t * (1.2 - 0.8 * t)) }
}
