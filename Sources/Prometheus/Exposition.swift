/// Prometheus' text format, version 0.0.4.
struct Exposition {
    private(set) var text = ""

    mutating func write(
        _ family: MetricFamily, _ all: [(values: [String], series: Series)]
    ) {
        text += "# HELP \(family.name) \(Self.escaped(help: family.help))\n"
        text += "# TYPE \(family.name) \(family.kind.name)\n"
        for (values, series) in all {
            let labels = zip(family.labels, values).map { ($0, $1) }
            switch series {
            case .counter(let counter): write(family.name, labels, counter.value)
            case .gauge(let gauge): write(family.name, labels, gauge.value)
            case .histogram(let histogram): write(family.name, labels, histogram)
            }
        }
    }

    private mutating func write(
        _ name: String, _ labels: [(String, String)], _ histogram: HistogramSeries
    ) {
        let counts = histogram.counts
        var total = 0
        for (bound, count) in zip(histogram.buckets + [.infinity], counts.inBuckets) {
            total += count
            write(name + "_bucket", labels + [("le", Self.number(bound))], Double(total))
        }
        write(name + "_sum", labels, counts.sum)
        write(name + "_count", labels, Double(total))
    }

    private mutating func write(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0)=\"\(Self.escaped(label: $1))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    /// As Go reads numbers.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int(exactly: value).map(String.init) ?? "\(value)"
    }

    static func escaped(label: String) -> String {
        escaped(help: label).replacing("\"", with: "\\\"")
    }

    static func escaped(help: String) -> String {
        help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }
}

extension MetricFamily.Kind {
    fileprivate var name: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}
