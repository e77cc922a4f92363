import Foundation
import Media
import Testing

@testable import VideoModels

@Suite struct AnimaticPictureTests {
    @Test(arguments: Storyboard.CameraMove.allCases, [0.8, 3.0, 30.0])
    func `the camera never looks past the still`(move: Storyboard.CameraMove, seconds: Double) {
        let path = CameraPath(move, seconds: seconds)
        for step in 0...100 {
            let framing = path.framing(at: Double(step) / 100)
            #expect(framing.x >= -1e-9 && framing.x + framing.scale <= 1 + 1e-9)
            #expect(framing.y >= -1e-9 && framing.y + framing.scale <= 1 + 1e-9)
        }
    }

    @Test(arguments: Storyboard.CameraMove.allCases)
    func `a move is smooth: no frame jumps further than its neighbours`(
        move: Storyboard.CameraMove
    ) {
        let path = CameraPath(move, seconds: 3)
        let framings = (0...90).map { path.framing(at: Double($0) / 90) }
        let steps = zip(framings, framings.dropFirst()).map { abs($1.x - $0.x) * 720 }
        for (step, next) in zip(steps, steps.dropFirst()) { #expect(abs(next - step) < 0.12) }
        if move != .tiltUp && move != .tiltDown { #expect(framings.first != framings.last) }
    }

    @Test func `pans and tilts go where they say`() {
        func travel(_ move: Storyboard.CameraMove) -> (x: Double, y: Double) {
            let path = CameraPath(move, seconds: 4)
            let (start, end) = (path.framing(at: 0), path.framing(at: 1))
            return (end.x - start.x, end.y - start.y)
        }
        #expect(travel(.panLeft).x < -0.05)
        #expect(travel(.panRight).x > 0.05)
        #expect(travel(.tiltUp).y < -0.05)
        #expect(travel(.tiltDown).y > 0.05)
    }

    @Test func `an unmoved plane is copied exactly`() {
        let plane = noise(width: 40, height: 30)
        let taps = (Taps(count: 40, of: 40) { $0 }, Taps(count: 30, of: 30) { $0 })
        var copy = [UInt8](repeating: 0, count: 1200)
        copy.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            plane.sample(taps.0, taps.1, into: base)
        }
        for y in 0..<30 {
            for x in 0..<40 { #expect(copy[y * 40 + x] == value(x, y)) }
        }
    }

    @Test func `half a pixel to the right is halfway between neighbours`() {
        let plane = PixelPlane(width: 64, height: 8) { x, _ in UInt8(x * 3) }
        let columns = Taps(count: 64, of: 64) { $0 + 0.5 / 64 }
        let rows = Taps(count: 8, of: 8) { $0 }
        var shifted = [UInt8](repeating: 0, count: 512)
        shifted.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            plane.sample(columns, rows, into: base)
        }
        for x in 2..<60 { #expect(abs(Double(shifted[x]) - (Double(x) + 0.5) * 3) <= 1) }
    }

    @Test func `taps stay inside the padded plane for any position`() {
        for shift in [-3.0, -0.01, 0, 0.01, 3] {
            let taps = Taps(count: 50, of: 20) { $0 * 1.7 + shift }
            #expect(taps.starts.allSatisfy { $0 >= 0 && Int($0) + 3 < 20 + 2 * PixelPlane.edge })
            for index in taps.starts.indices {
                let sum = taps.weights[4 * index..<4 * index + 4].reduce(0) { $0 + Int($1) }
                #expect(sum == 256)
            }
        }
    }

    @Test(
        arguments: [
            ([255, 255, 255], [235, 128, 128]), ([0, 0, 0], [16, 128, 128]),
            ([255, 0, 0], [63, 102, 240]), ([0, 255, 0], [173, 42, 26]),
            ([0, 0, 255], [32, 240, 118]),
        ] as [([Int], [UInt8])])
    func `colours are BT.709 in video range`(rgb: [Int], expected: [UInt8]) {
        let colour = VideoColour(red: rgb[0], green: rgb[1], blue: rgb[2])
        #expect([colour.luma, colour.blue, colour.red] == expected)
    }

    @Test func `a reel of one still shot begins with the first frame itself`() async throws {
        let reel = try await Reel(request(.push))
        let frame = reel.draw(0)
        #expect(frame.count == 64 * 96 * 3 / 2)
        let raster = try await Raster.read(FirstFrame.blank(size: reel.size))
        let at = (40 * 64 + 30)
        let colour = VideoColour(
            red: Int(raster.bytes[at * 3]), green: Int(raster.bytes[at * 3 + 1]),
            blue: Int(raster.bytes[at * 3 + 2]))
        #expect(frame[at] == colour.luma)
    }

    @Test func `a card is faded in, shown, and gone`() {
        let card = Raster(
            size: PixelSize(width: 4, height: 4), bands: 4,
            bytes: Array(repeatElement([255, 255, 255, 255], count: 16).joined()))
        let overlay = Overlay(card, x: 2, y: 2, frames: 10..<60)
        let levels = [9, 10, 14, 30, 55, 59, 60].map { frame in
            var planes = [UInt8](repeating: 16, count: 8 * 8 * 3 / 2)
            planes.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                overlay.draw(into: base, PixelSize(width: 8, height: 8), frame: frame)
            }
            #expect(planes[0] == 16)
            return planes[3 * 8 + 3]
        }
        #expect(levels.first == 16 && levels.last == 16)
        #expect(levels[3] == 235)
        #expect(levels[1] < levels[2] && levels[2] < levels[3])
        #expect(levels[4] < levels[3] && levels[5] < levels[4])
    }

    private func request(_ move: Storyboard.CameraMove) -> ClipRequest {
        ClipRequest(
            prompt: "", seconds: 1, size: PixelSize(width: 64, height: 96), firstFrame: nil,
            storyboard: Storyboard(shots: [.init(move: move, share: 1)]))
    }

    private func value(_ x: Int, _ y: Int) -> UInt8 { UInt8((x * 37 + y * 91) % 251) }

    private func noise(width: Int, height: Int) -> PixelPlane {
        PixelPlane(width: width, height: height) { value($0, $1) }
    }
}
