/// Reads the settings of those who watch and move the server from outside. No error repeats a token.
struct OperationsReader {
    /// Characters of a token at least: what nobody can guess in a lifetime.
    private static let tokenLength = 16...512
    /// Shorter, nothing would be finished; longer, no platform waits.
    private static let tickSeconds = 5...900
    private static let drainSeconds = 0...300
    /// What most load balancers need to see that a server is going.
    private static let usualDrain = 5

    private let values: SettingValues

    init(_ values: SettingValues) { self.values = values }

    /// - Parameter isLoopback: whether only this machine can reach the server.
    /// - Throws: `SettingsError`.
    func operations(isLoopback: Bool) throws -> Settings.Operations {
        let tickSeconds = try values.number("TICK_SECONDS", Self.tickSeconds)
        let tickToken = try secret("TICK_TOKEN")
        guard tickToken != nil || tickSeconds == nil else {
            throw SettingsError("TICK_SECONDS", "does nothing without TICK_TOKEN")
        }
        return Settings.Operations(
            metricsToken: try secret("METRICS_TOKEN"),
            metricsPort: try values.number("METRICS_PORT", 1...65_535), tickToken: tickToken,
            tickBudget: .seconds(tickSeconds ?? Settings.Operations.usualTickSeconds),
            drain: .seconds(
                try values.number("DRAIN_SECONDS", Self.drainSeconds)
                    ?? (isLoopback ? 0 : Self.usualDrain)))
    }

    private func secret(_ variable: String) throws -> String? {
        guard let token = values.text(variable) else { return nil }
        guard Self.tokenLength.contains(token.utf8.count),
            token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw SettingsError(
                variable,
                "must have \(Self.tokenLength.lowerBound) to \(Self.tokenLength.upperBound) "
                    + "characters without spaces; 'openssl rand -hex 32' makes one")
        }
        return token
    }
}

extension Settings {
    /// How the server is watched, moved and stopped.
    package struct Operations: Equatable, Sendable {
        /// Less than the minute that most platforms give a request.
        static let usualTickSeconds = 50

        /// Asked of whoever reads `/metrics`; without one only this machine may.
        package var metricsToken: String?
        /// Where `/metrics` and the probes answer too, apart from the API.
        package var metricsPort: Int?
        /// Asked of whoever sends ticks; without one there are none.
        package var tickToken: String?
        /// How long a tick works.
        package var tickBudget = Duration.seconds(usualTickSeconds)
        /// How long the server still answers after it has been told to stop.
        package var drain = Duration.zero
    }
}
