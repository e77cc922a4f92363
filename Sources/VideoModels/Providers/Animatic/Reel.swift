import Foundation
import Media

/// Every frame of one clip, drawn on demand.
struct Reel: Sendable {
    let size: PixelSize
    let frames: Int
    private let still: Still
    private let plan: ShotPlan
    private let paths: [CameraPath]
    private let overlays: [Overlay]

    /// Frames drawn at the same time. Each is a few milliseconds of work between two waits for
    /// ffmpeg, so the cooperative pool stays free for others.
    private static let lanes = 3

    /// - Throws: `VideoModelError` for a request no clip can be made of, `ImageError` for a first
    ///   frame that cannot be read.
    init(_ request: ClipRequest) async throws {
        try Self.check(request)
        let photo =
            if let file = request.firstFrame { try Data(contentsOf: file) } else {
                try await FirstFrame.blank(size: request.size)
            }
        let raster = try await Raster.read(photo)
        guard raster.size == request.size else {
            throw VideoModelError(
                .failed, "the first frame is \(raster.size), the clip \(request.size)")
        }
        size = request.size
        frames = request.seconds * Animatic.framesPerSecond
        still = Still(raster)
        plan = ShotPlan(request.storyboard, frames: frames)
        paths = plan.shots.map {
            CameraPath(
                $0.move, seconds: Double($0.frames.count) / Double(Animatic.framesPerSecond))
        }
        overlays = try await Titles.overlays(request.storyboard, size: size, frames: frames)
    }

    private static func check(_ request: ClipRequest) throws {
        guard Animatic.seconds.contains(request.seconds) else {
            throw VideoModelError(.failed, "\(request.seconds) seconds cannot be drawn")
        }
        let sides = [request.size.width, request.size.height]
        guard sides.allSatisfy({ Animatic.sides.contains($0) && $0 % 2 == 0 }) else {
            throw VideoModelError(.failed, "\(request.size) cannot be drawn")
        }
    }

    /// Writes all frames in order, drawing the next ones while a frame is taken.
    func play(into input: ToolInput) async throws {
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            var drawn: [Int: [UInt8]] = [:]
            var asked = 0
            for next in 0..<frames {
                while asked < min(frames, next + Self.lanes) {
                    let frame = asked
                    group.addTask { (frame, draw(frame)) }
                    asked += 1
                }
                while drawn[next] == nil, let (frame, bytes) = try await group.next() {
                    drawn[frame] = bytes
                }
                try Task.checkCancellation()
                if let bytes = drawn.removeValue(forKey: next) { try await input.write(bytes) }
            }
        }
    }

    /// One frame in planar 4:2:0.
    func draw(_ frame: Int) -> [UInt8] {
        let visible = plan.visible(in: frame)
        let count = size.pixels * 3 / 2
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            written = count
            guard let target = buffer.baseAddress else { return }
            for (index, (shot, progress, weight)) in visible.enumerated() {
                let framing = paths[shot].framing(at: progress)
                if index == 0 {
                    still.draw(framing, into: target)
                } else {
                    mix(framing, weight, over: target, count: count)
                }
            }
            overlays.forEach { $0.draw(into: target, size, frame: frame) }
        }
    }

    /// Fades the next shot in over what is there.
    private func mix(
        _ framing: Framing, _ weight: Double, over target: UnsafeMutablePointer<UInt8>, count: Int
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { buffer in
            guard let above = buffer.baseAddress else { return }
            still.draw(framing, into: above)
            let share = Int32(256 * CameraPath.ease(weight))
            for index in 0..<count {
                let under = Int32(target[index])
                let step = (Int32(above[index]) &- under) &* share
                target[index] = UInt8(truncatingIfNeeded: under &+ (step >> 8))
            }
        }
    }
}
