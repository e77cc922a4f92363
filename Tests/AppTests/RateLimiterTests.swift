import Testing

@testable import App

@Suite struct RateLimiterTests {
    let start = ContinuousClock.now

    @Test func `a burst is let through, then one a tick`() {
        let limiter = RateLimiter(.init(perSecond: 2, burst: 3))
        for _ in 0..<3 { #expect(limiter.take("a", at: start) == nil) }
        #expect(limiter.take("a", at: start) == 1)
        #expect(limiter.take("b", at: start) == nil, "others are not held up")
        #expect(limiter.take("a", at: start + .milliseconds(600)) == nil)
        #expect(limiter.take("a", at: start + .milliseconds(700)) != nil)
        for _ in 0..<3 { #expect(limiter.take("a", at: start + .seconds(60)) == nil) }
        #expect(limiter.take("a", at: start + .seconds(60)) != nil, "a pause fills one burst")
    }

    @Test func `names are forgotten before they fill the memory`() {
        let limiter = RateLimiter(.init(perSecond: 1, burst: 1))
        for number in 0..<50_000 { #expect(limiter.take("\(number)", at: start) == nil) }
    }
}
