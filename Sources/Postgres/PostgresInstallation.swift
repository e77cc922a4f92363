import Foundation
import Subprocess
import SystemPackage

/// The Postgres programs that are installed here.
struct PostgresInstallation: Sendable {
    /// The oldest version with everything we use.
    private static let oldest = 15

    private let folder: String

    /// Looks where Debian, Homebrew and the search path have them, newest first.
    /// - Throws: `PostgresError.configuration` with what to install.
    static func find() throws -> PostgresInstallation {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders =
            versioned(under: "/usr/lib/postgresql", then: "bin")
            + versioned(under: "/usr", then: "bin", prefix: "pgsql-")
            + versioned(under: "/opt/homebrew/opt", then: "bin", prefix: "postgresql@")
            + versioned(under: "/usr/local/opt", then: "bin", prefix: "postgresql@")
            + path.split(separator: ":").map(String.init)
        let programs = ["postgres", "initdb", "pg_ctl"]
        let found = folders.first { folder in
            programs.allSatisfy {
                FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
            }
        }
        guard let found else {
            throw PostgresError.configuration(
                "no PostgreSQL \(oldest) or newer is installed: run script/setup, "
                    + "or set DATABASE_URL")
        }
        return PostgresInstallation(folder: found)
    }

    private static func versioned(
        under parent: String, then child: String, prefix: String = ""
    ) -> [String] {
        // A folder that is not there holds no installation.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        return names.filter { $0.hasPrefix(prefix) }
            .compactMap { name in Int(name.dropFirst(prefix.count)).map { (name, $0) } }
            .filter { $0.1 >= oldest }
            .sorted { $0.1 > $1.1 }
            .map { "\(parent)/\($0.0)/\(child)" }
    }

    func path(_ program: String) -> String { "\(folder)/\(program)" }

    /// Runs one of the programs to its end.
    /// - Throws: `PostgresError.configuration` with the end of what it printed.
    func run(_ program: String, as account: ServiceAccount, _ arguments: [String]) async throws {
        let (executable, arguments) = account.command(path(program), arguments)
        let outcome = try await Subprocess.run(
            .path(FilePath(executable)), arguments: Arguments(arguments), workingDirectory: "/",
            output: .discarded, error: .string(limit: 65_536))
        guard outcome.terminationStatus.isSuccess else {
            let lines = outcome.standardError.split(separator: "\n").suffix(3)
            throw PostgresError.configuration(
                "\(program) failed: \(lines.joined(separator: " / "))")
        }
    }
}
