/// A storyboard's shots laid out on a clip's frames.
struct ShotPlan: Equatable {
    struct Shot: Equatable {
        let move: Storyboard.CameraMove
        /// Frames in which it is seen, fades included.
        let frames: Range<Int>
    }

    let shots: [Shot]

    /// Two shots are mixed for this many frames: 0.4 seconds.
    static let fade = 12
    /// A shot shorter than this, 0.8 seconds, is a flicker.
    static let shortest = 24

    /// Shots that do not fit are left out, from the end; without any, there is one slow push.
    init(_ storyboard: Storyboard, frames: Int) {
        let most = max(1, frames / Self.shortest)
        let given = storyboard.shots.prefix(most)
        let wanted = given.isEmpty ? [.init(move: .push, share: 1)] : Array(given)
        let cuts = Self.cuts(wanted.map(\.share), frames: frames)
        shots = wanted.indices.map { index in
            let start = index == 0 ? 0 : cuts[index] - Self.fade / 2
            let end = index == wanted.count - 1 ? frames : cuts[index + 1] + Self.fade / 2
            return Shot(move: wanted[index].move, frames: start..<end)
        }
    }

    /// The frames at which shots begin, with the clip's end as last: in proportion to the shares
    /// after every shot got the shortest length.
    private static func cuts(_ shares: [Double], frames: Int) -> [Int] {
        let sound = shares.map { $0.isFinite && $0 > 0 ? min($0, 1e6) : 0 }
        let sum = sound.reduce(0, +)
        let parts = sound.map { sum > 0 ? $0 / sum : 1 / Double(sound.count) }
        let least = parts.count == 1 ? 0 : min(1, Double(shortest) / Double(frames))
        let raised = parts.map { max($0, least) }
        let spare = 1 - least * Double(parts.count)
        let excess = raised.reduce(0) { $0 + $1 - least }
        let fitted = raised.map { excess > 0 ? least + ($0 - least) / excess * spare : $0 }
        var position = 0.0
        return [0]
            + fitted.map { part in
                position += part * Double(frames)
                return Int(position.rounded())
            }
    }

    /// The shots seen in a frame by their index, each with how far it is (0 to 1) and how much of it shows.
    func visible(in frame: Int) -> [(shot: Int, progress: Double, weight: Double)] {
        shots.indices.filter { shots[$0].frames.contains(frame) }.map { index in
            let shot = shots[index]
            let passed = Double(frame - shot.frames.lowerBound)
            let weight = index == 0 ? 1 : min(1, (passed + 1) / Double(Self.fade + 1))
            return (index, passed / Double(max(1, shot.frames.count - 1)), weight)
        }
    }
}
