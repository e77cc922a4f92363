/// What is measured under one name. Only declared families are exported, each with the labels it
/// was declared with, so that the page's size is known beforehand.
package struct MetricFamily: Sendable {
    package enum Kind: Equatable, Sendable {
        /// Only grows; its name ends in `_total`.
        case counter
        case gauge
        /// Counts values by size.
        /// - buckets: upper bounds, ascending; the bucket without a bound is not among them.
        case histogram(buckets: [Double])
    }

    package let name: String
    package let help: String
    package let kind: Kind
    /// In the order in which they are written.
    package let labels: [String]

    package init(_ name: String, _ kind: Kind, labels: [String] = [], _ help: String) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
    }
}
