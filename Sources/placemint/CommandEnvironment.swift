import App
import ArgumentParser
import Foundation
import Logging
import Metrics
import Prometheus

/// What every command begins and ends with: settings, logs, and errors in one line.
enum CommandEnvironment {
    /// Runs a command's work. Whatever stops it ends with one line and status 1.
    static func run(
        _ work: (Settings, Logger) async throws -> Void
    ) async throws {
        do {
            let settings = try await SettingsReader().read()
            try await work(settings, logger(settings))
        } catch let code as ExitCode {
            throw code
        } catch {
            Terminal.complain("placemint: \(error)")
            throw ExitCode.failure
        }
    }

    /// Has everything that is measured from now on kept for Prometheus. Call once, before anything
    /// that measures is made.
    static func metrics() -> PrometheusRegistry {
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        return registry
    }

    private static func logger(_ settings: Settings) -> Logger {
        LoggingSystem.bootstrap { label in
            var handler: any LogHandler =
                switch settings.logFormat {
                case .text: StreamLogHandler.standardError(label: label)
                case .json: JSONLogHandler()
                }
            handler.logLevel = settings.logLevel
            return handler
        }
        return Logger(label: "placemint")
    }
}
