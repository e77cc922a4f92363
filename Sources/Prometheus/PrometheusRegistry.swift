package import CoreMetrics
import Synchronization

/// A backend of swift-metrics that keeps what is measured, and writes it down when Prometheus
/// asks. What was not declared is not kept: measuring it costs nothing and does nothing.
package final class PrometheusRegistry: MetricsFactory {
    /// Series of one family: far more than routes and models make. Past it, further label values
    /// share one series, `other`, so that no caller can fill the memory.
    package static let seriesLimit = 2_000

    private let families: [FamilySeries]
    private let byName: [String: FamilySeries]

    package init(_ families: [MetricFamily]) {
        self.families = families.map(FamilySeries.init)
        byName = Dictionary(self.families.map { ($0.family.name, $0) }) { first, _ in first }
    }

    /// Everything that was measured, in Prometheus' text format 0.0.4.
    package func text() -> String {
        var exposition = Exposition()
        for family in families { exposition.write(family.family, family.all) }
        return exposition.text
    }

    // MARK: MetricsFactory

    package func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler {
        counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return gauge(label, dimensions) ?? NOOPMetricsHandler.instance }
        return histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    private func counter(_ name: String, _ dimensions: [(String, String)]) -> CounterSeries? {
        guard let family = byName[name], case .counter = family.family.kind,
            case .counter(let series) = family.series(dimensions)
        else { return nil }
        return series
    }

    private func gauge(_ name: String, _ dimensions: [(String, String)]) -> GaugeSeries? {
        guard let family = byName[name], case .gauge = family.family.kind,
            case .gauge(let series) = family.series(dimensions)
        else { return nil }
        return series
    }

    private func histogram(_ name: String, _ dimensions: [(String, String)]) -> HistogramSeries? {
        guard let family = byName[name], case .histogram = family.family.kind,
            case .histogram(let series) = family.series(dimensions)
        else { return nil }
        return series
    }

    // A series outlives the object that wrote to it: what was counted stays counted.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}

/// A family and what was measured of it so far, by the values of its labels.
private final class FamilySeries: Sendable {
    let family: MetricFamily
    private let series = Mutex<[[String]: Series]>([:])

    init(_ family: MetricFamily) { self.family = family }

    /// In the order of their labels' values.
    var all: [(values: [String], series: Series)] {
        series.withLock { $0.map { (values: $0.key, series: $0.value) } }
            .sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }

    /// - Parameter dimensions: a label that is missing is empty, one that was not declared is left
    ///   out.
    func series(_ dimensions: [(String, String)]) -> Series {
        let values = family.labels.map { label in
            dimensions.first { $0.0 == label }?.1 ?? ""
        }
        return series.withLock { series in
            if let known = series[values] { return known }
            let isFull = series.count >= PrometheusRegistry.seriesLimit
            let key = isFull ? family.labels.map { _ in "other" } : values
            if let known = series[key] { return known }
            let made = Series(family.kind)
            series[key] = made
            return made
        }
    }
}
