import Testing

@testable import Webhooks

@Suite struct WebhookScheduleTests {
    @Test func `tries go on for a day, ever more slowly`() throws {
        let pauses = try (1...10).map { try #require(WebhookSchedule.pause(after: $0, random: 0)) }
        #expect(pauses.first == .seconds(5))
        #expect(pauses == pauses.sorted())
        let all = pauses.reduce(.zero, +)
        #expect(all > .seconds(23 * 3600) && all < .seconds(24 * 3600))
        #expect(WebhookSchedule.pause(after: 11) == nil)
        #expect(WebhookSchedule.pause(after: 0) == nil)
    }

    @Test func `what failed together does not come back together`() {
        let hour = Duration.seconds(3_600)
        let (late, early) = (
            WebhookSchedule.pause(after: 6, random: 1), WebhookSchedule.pause(after: 6, random: -1)
        )
        #expect(late ?? .zero > hour * 1.09 && late ?? .zero < hour * 1.11)
        #expect(early ?? .zero > hour * 0.89 && early ?? .zero < hour * 0.91)
    }

    @Test func `a receiver may ask for a longer pause, not for a shorter one or for days`() {
        #expect(WebhookSchedule.pause(after: 1, wish: .seconds(90), random: 0) == .seconds(90))
        #expect(WebhookSchedule.pause(after: 3, wish: .seconds(1), random: 0) == .seconds(120))
        #expect(
            WebhookSchedule.pause(after: 1, wish: .seconds(1_000_000), random: 0)
                == .seconds(28_800))
    }
}
