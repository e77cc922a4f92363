import CLibPQ
package import Foundation
package import Logging
import Subprocess
import SystemPackage

/// A private Postgres in the data folder, started from the installed binaries: a unix socket in a
/// folder only its owner may enter, and no TCP.
///
/// The server holds a pipe to a small shell that started Postgres. When the server ends, however
/// it ends, the pipe closes and the shell shuts Postgres down. Should even the shell have been
/// killed, the next start finds the left-over server and stops it first.
package struct EmbeddedCluster: Sendable {
    /// Making a new cluster takes two seconds here; a slow disk may take ten times that.
    static let startLimit = Duration.seconds(60)
    private static let databaseName = "placemint"

    private let folder: URL
    private let installation: PostgresInstallation
    private let account: ServiceAccount
    private let options: [String: String]
    private let logger: Logger

    /// Finds the binaries and prepares the folder; starts nothing.
    /// - Parameters:
    ///   - folder: `postgres/` in the data folder; made if missing.
    ///   - options: server settings that differ from ours, by name.
    /// - Throws: `PostgresError.configuration`, which says what to install or to change.
    package init(folder: URL, options: [String: String] = [:], logger: Logger) throws {
        self.folder = folder
        self.options = options
        self.logger = logger
        installation = try PostgresInstallation.find()
        account = try ServiceAccount.current()
        try account.makePrivateFolder(folder)
        try account.makePrivateFolder(socketFolder)
    }

    private var dataFolder: URL { folder.appending(path: "cluster") }
    private var logFile: URL { folder.appending(path: "postgres.log") }

    /// A socket's path may have 107 bytes; deep data folders get a folder under /tmp instead.
    private var socketFolder: URL {
        let wanted = folder.appending(path: "socket")
        guard wanted.path.utf8.count > 80 else { return wanted }
        let name = String(format: "placemint-%016llx", Self.hash(folder.path))
        return FileManager.default.temporaryDirectory.appending(path: name)
    }

    /// FNV-1a: the same short name for the same folder at every start.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// How to reach the database, once `run` has made it ready.
    package var settings: DatabaseSettings { settings(database: Self.databaseName) }

    private func settings(database: String) -> DatabaseSettings {
        DatabaseSettings(parameters: [
            "host": socketFolder.path, "user": "postgres", "dbname": database,
        ])
    }

    /// Whether a Postgres answers on the socket: another process of ours has started it.
    package func isRunning() -> Bool { ping() == PQPING_OK }

    /// Starts Postgres, runs `body` while it is up, and stops it when `body` is over.
    /// - Throws: what `body` throws; `PostgresError.configuration` when Postgres cannot start,
    ///   with the end of its log.
    package func withServer<Value: Sendable>(
        _ body: (DatabaseSettings) async throws -> Value
    ) async throws -> Value {
        try await initializeOnce()
        try await stopLeftover()
        let (program, arguments) = account.command(
            "/bin/sh", ["-c", Self.watchdog, installation.path("postgres")] + arguments)
        let outcome = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(arguments), workingDirectory: "/",
            platformOptions: ServiceAccount.platformOptions(detached: true),
            input: .inputWriter, output: .discarded, error: .discarded
        ) { execution in
            let result: Result<Value, any Error>
            do {
                try await waitUntilReady()
                try await createDatabaseOnce()
                result = .success(try await body(settings))
            } catch {
                result = .failure(error)
            }
            try await execution.standardInputWriter.finish()
            return result
        }
        return try outcome.closureResult.get()
    }

    // A background reader waits for the pipe to close, so that `wait` can notice at once when
    // Postgres itself ends. It asks more than once: a Postgres that has only just been started
    // does not hear the first time.
    private static let watchdog = """
        exec 3<&0 </dev/null
        "$0" "$@" 3<&- & server=$!
        { read -r _ <&3; while kill -INT "$server"; do sleep 0.3; done; } 2>/dev/null & reader=$!
        wait "$server"; status=$?
        kill "$reader" 2>/dev/null
        exit "$status"
        """

    /// Small buffers: this is a laptop's database, and the page cache does the rest. Queries are short,
    /// so compiling them gains nothing, and it needs memory that a confined service may not have.
    private var arguments: [String] {
        let ours = [
            "listen_addresses": "", "unix_socket_directories": socketFolder.path,
            "unix_socket_permissions": "0700", "max_connections": "60", "shared_buffers": "32MB",
            "logging_collector": "on", "log_directory": folder.path,
            "log_filename": logFile.lastPathComponent, "log_truncate_on_rotation": "on",
            "log_rotation_age": "0", "log_rotation_size": "10MB", "timezone": "UTC",
            "jit": "off",
        ]
        let values = ours.merging(options) { _, given in given }
        return ["-D", dataFolder.path]
            + values.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    // MARK: Steps

    private func initializeOnce() async throws {
        let marker = dataFolder.appending(path: "PG_VERSION").path
        guard !FileManager.default.fileExists(atPath: marker) else { return }
        // An initdb that was killed leaves a folder without the marker; it refuses to reuse it.
        if FileManager.default.fileExists(atPath: dataFolder.path) {
            try FileManager.default.removeItem(at: dataFolder)
        }
        logger.info("Making a new database", metadata: ["folder": "\(dataFolder.path)"])
        try await installation.run(
            "initdb", as: account,
            [
                "-D", dataFolder.path, "-U", "postgres", "--auth-local=trust",
                "--auth-host=reject", "--encoding=UTF8", "--locale=C.UTF-8",
            ])
    }

    private func stopLeftover() async throws {
        let status = ping()
        guard status == PQPING_OK || status == PQPING_REJECT else { return }
        logger.notice("Stopping the database that a killed server left behind")
        do {
            try await installation.run(
                "pg_ctl", as: account, ["stop", "-D", dataFolder.path, "-m", "fast", "-w"])
        } catch {
            // It may have ended by itself between the question and the order.
            guard ping() == PQPING_NO_RESPONSE else { throw error }
        }
    }

    private func waitUntilReady() async throws {
        let deadline = ContinuousClock.now + Self.startLimit
        while ping() != PQPING_OK {
            guard ContinuousClock.now < deadline else {
                throw PostgresError.configuration(
                    "the embedded Postgres did not start; the end of its log: \(endOfLog)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func createDatabaseOnce() async throws {
        let connection = try await Connection.open(settings(database: "postgres"))
        try await connection.perform { wire in
            let name = Self.databaseName
            let found = try wire.run(["SELECT FROM pg_database WHERE datname = \(name)"])
            guard found.first?.isEmpty ?? true else { return }
            // A name of ours.
            // nosemgrep: swift-interpolated-sql-script
            try wire.runScript("CREATE DATABASE \(name)")
        }
        await connection.close()
    }

    private func ping() -> PGPing {
        PQping("host='\(socketFolder.path)' user=postgres dbname=postgres connect_timeout=2")
    }

    private var endOfLog: String {
        // A log that cannot be read has nothing to add.
        guard let text = try? String(contentsOf: logFile, encoding: .utf8) else { return "(none)" }
        return text.split(separator: "\n").suffix(3).joined(separator: " / ")
    }
}
