import CoreMetrics
import Testing

@testable import Prometheus

/// What Prometheus reads, and that nobody can make it large.
@Suite struct ExpositionTests {
    private let registry = PrometheusRegistry([
        MetricFamily("clips_total", .counter, labels: ["model", "end"], "Clips."),
        MetricFamily("waiting", .gauge, "Who waits.\nNow."),
        MetricFamily("wait_seconds", .histogram(buckets: [0.1, 1, 10]), "How long."),
    ])

    private func lines(_ prefix: String) -> [String] {
        registry.text().split(separator: "\n").map(String.init).filter { $0.hasPrefix(prefix) }
    }

    @Test func `a family is announced before anything is measured`() {
        #expect(
            registry.text() == """
                # HELP clips_total Clips.
                # TYPE clips_total counter
                # HELP waiting Who waits.\\nNow.
                # TYPE waiting gauge
                # HELP wait_seconds How long.
                # TYPE wait_seconds histogram

                """)
    }

    @Test func `a counter counts under its labels, in whatever order they come`() {
        for dimensions in [[("model", "a"), ("end", "ok")], [("end", "ok"), ("model", "a")]] {
            Counter(label: "clips_total", dimensions: dimensions, factory: registry)
                .increment(by: 2)
        }
        Counter(
            label: "clips_total", dimensions: [("model", "a"), ("colour", "red")],
            factory: registry
        ).increment()
        #expect(
            lines("clips_total") == [
                #"clips_total{model="a",end=""} 1"#, #"clips_total{model="a",end="ok"} 4"#,
            ])
    }

    @Test func `a counter never shrinks`() {
        let counter = Counter(label: "clips_total", factory: registry)
        counter.increment(by: 3)
        counter.increment(by: -2)
        #expect(lines("clips_total") == [#"clips_total{model="",end=""} 3"#])
    }

    @Test func `values are escaped`() {
        let odd = "a\"b\\c\nd"
        Counter(label: "clips_total", dimensions: [("model", odd)], factory: registry).increment()
        #expect(lines("clips_total") == [#"clips_total{model="a\"b\\c\nd",end=""} 1"#])
    }

    @Test func `a histogram counts what is not larger than each bound`() {
        let timer = Timer(label: "wait_seconds", factory: registry)
        for nanoseconds: Int64 in [50_000_000, 100_000_000, 2_000_000_000, 60_000_000_000] {
            timer.recordNanoseconds(nanoseconds)
        }
        #expect(
            lines("wait_seconds") == [
                #"wait_seconds_bucket{le="0.1"} 2"#, #"wait_seconds_bucket{le="1"} 2"#,
                #"wait_seconds_bucket{le="10"} 3"#, #"wait_seconds_bucket{le="+Inf"} 4"#,
                "wait_seconds_sum 62.15", "wait_seconds_count 4",
            ])
    }

    @Test(arguments: [(Double.nan, "NaN"), (.infinity, "+Inf"), (2.5, "2.5"), (-3, "-3")])
    func `a gauge says any number`(value: Double, text: String) {
        Meter(label: "waiting", factory: registry).set(value)
        #expect(lines("waiting") == ["waiting \(text)"])
    }

    @Test func `what was not declared, or as something else, is not kept`() {
        Counter(label: "unknown_total", factory: registry).increment()
        Counter(label: "waiting", factory: registry).increment()
        Meter(label: "clips_total", factory: registry).set(7)
        Timer(label: "waiting", factory: registry).recordNanoseconds(1)
        #expect(!registry.text().contains("unknown"))
        #expect(lines("waiting").isEmpty && lines("clips_total").isEmpty)
    }

    @Test func `label values past the limit share a series`() {
        let limit = PrometheusRegistry.seriesLimit
        for number in 0..<limit + 50 {
            Counter(label: "clips_total", dimensions: [("model", "\(number)")], factory: registry)
                .increment()
        }
        #expect(lines("clips_total").count == limit + 1)
        #expect(lines("clips_total").contains(#"clips_total{model="other",end="other"} 50"#))
    }

    @Test func `many threads lose no count`() async {
        let counter = Counter(label: "clips_total", factory: registry)
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1_000 { counter.increment() } }
            }
        }
        #expect(lines("clips_total") == [#"clips_total{model="",end=""} 8000"#])
    }
}
