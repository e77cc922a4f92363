import CoreMetrics
import Synchronization

/// The values of one family under one set of labels.
enum Series: Sendable {
    case counter(CounterSeries)
    case gauge(GaugeSeries)
    case histogram(HistogramSeries)

    init(_ kind: MetricFamily.Kind) {
        switch kind {
        case .counter: self = .counter(CounterSeries())
        case .gauge: self = .gauge(GaugeSeries())
        case .histogram(let buckets): self = .histogram(HistogramSeries(buckets))
        }
    }
}

/// Only grows. What is not a growth is left out.
final class CounterSeries: CounterHandler, FloatingPointCounterHandler {
    private let sum = Mutex(0.0)

    var value: Double { sum.withLock { $0 } }

    func increment(by amount: Int64) { increment(by: Double(amount)) }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        sum.withLock { $0 += amount }
    }

    func reset() { sum.withLock { $0 = 0 } }
}

/// What is so at the moment.
final class GaugeSeries: MeterHandler, RecorderHandler {
    private let current = Mutex(0.0)

    var value: Double { current.withLock { $0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { increment(by: -amount) }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }
}

/// Values counted by size. A timer's are in seconds.
final class HistogramSeries: TimerHandler, RecorderHandler {
    struct Counts: Sendable {
        /// One for each bucket, and one for what is beyond the last. Not cumulative.
        var inBuckets: [Int]
        var sum = 0.0
    }

    let buckets: [Double]
    private let state: Mutex<Counts>

    init(_ buckets: [Double]) {
        self.buckets = buckets
        state = Mutex(Counts(inBuckets: Array(repeating: 0, count: buckets.count + 1)))
    }

    var counts: Counts { state.withLock { $0 } }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = buckets.firstIndex { value <= $0 } ?? buckets.count
        state.withLock { counts in
            counts.inBuckets[bucket] += 1
            counts.sum += value
        }
    }
}
