import Testing

@testable import VideoModels

@Suite struct ShotPlanTests {
    private func plan(_ shares: [Double], frames: Int) -> ShotPlan {
        ShotPlan(
            Storyboard(shots: shares.map { .init(move: .push, share: $0) }), frames: frames)
    }

    @Test func `shots divide the clip by their shares and overlap while they fade`() {
        let shots = plan([1, 2, 1], frames: 240).shots
        #expect(shots.map(\.frames) == [0..<66, 54..<186, 174..<240])
    }

    @Test(arguments: [30, 119, 120, 240, 1800])
    func `every frame shows something, and the top shot ends fully shown`(frames: Int) {
        let plan = plan([3, 1, 0, 2], frames: frames)
        for frame in 0..<frames {
            let visible = plan.visible(in: frame)
            #expect((1...2).contains(visible.count))
            #expect(visible.first?.weight == 1)
            #expect(visible.allSatisfy { (0...1).contains($0.progress) && $0.weight <= 1 })
        }
        #expect(plan.shots.last?.frames.upperBound == frames)
    }

    @Test func `shots that do not fit are left out`() {
        #expect(plan([1, 1, 1, 1, 1, 1], frames: 60).shots.count == 2)
        #expect(plan([1, 1], frames: 30).shots.count == 1)
    }

    @Test func `a storyboard without shots is one push`() {
        #expect(plan([], frames: 90).shots == [.init(move: .push, frames: 0..<90)])
    }

    @Test(arguments: [[0, 0], [-1, .nan], [.infinity, -3], [1e300, 1e300]] as [[Double]])
    func `senseless shares become equal ones`(shares: [Double]) {
        #expect(plan(shares, frames: 120).shots.map(\.frames).first == 0..<66)
    }

    @Test func `a tiny share still gets the shortest shot`() {
        let shots = plan([1000, 1], frames: 240).shots
        #expect(shots.map(\.frames) == [0..<222, 210..<240])
    }
}
