import Ledger
import Metrics
import Postgres
import Prometheus

/// What Prometheus is told when it asks.
struct MetricsPage: Sendable {
    private let registry: PrometheusRegistry
    private let pool: Pool
    private let gauges: DatabaseGauges
    private let hub: EventHub

    init(_ registry: PrometheusRegistry, pool: Pool, gauges: DatabaseGauges, hub: EventHub) {
        self.registry = registry
        self.pool = pool
        self.gauges = gauges
        self.hub = hub
        ProcessGauges.begin()
        Entry.beginCounting()
    }

    /// The values of this moment, in Prometheus' text format.
    func text() async -> String {
        await gauges.refresh()
        ProcessGauges.refresh()
        Meter(label: "placemint_event_streams_open").set(hub.openStreams)
        let census = pool.census
        Self.connections("in_use").set(census.inUse)
        Self.connections("idle").set(census.idle)
        Meter(label: "placemint_database_pool_waiting").set(census.waiting)
        return registry.text()
    }

    private static func connections(_ state: String) -> Meter {
        Meter(label: "placemint_database_pool_connections", dimensions: [("state", state)])
    }
}
