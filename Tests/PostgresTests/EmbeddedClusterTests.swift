import Foundation
import Logging
import Testing

@testable import Postgres

@Suite(.serialized) struct EmbeddedClusterTests {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "placemint-cluster-\(UUID().uuidString.prefix(8).lowercased())")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }

    func cluster() throws -> EmbeddedCluster {
        try EmbeddedCluster(
            folder: folder.appending(path: "postgres"), options: ["fsync": "off"],
            logger: Logger(label: "tests"))
    }

    func ask(_ sql: SQL, _ settings: DatabaseSettings) async throws -> String {
        let pool = Pool(settings, limits: .init(connections: 1))
        let rows = try await pool.rows(sql, as: .owner)
        await pool.close()
        return try #require(rows.first).value("answer")
    }

    func postmaster() throws -> pid_t {
        let file = folder.appending(path: "postgres/cluster/postmaster.pid")
        let line = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").first
        return try #require(line.flatMap { pid_t($0) })
    }

    @Test func `it is made once, private, keeps its data and ends with its server`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }  // A leftover harms nobody.
        let cluster = try cluster()
        try await cluster.withServer { settings in
            #expect(cluster.isRunning())
            let addresses = try await ask(
                "SELECT current_setting('listen_addresses') AS answer", settings)
            #expect(addresses.isEmpty)
            let socket = folder.appending(path: "postgres/socket").path
            let mode = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions]
            #expect(mode as? Int == 0o700)
            _ = try await ask("SELECT 'x' AS answer", settings)
            let pool = Pool(settings, limits: .init(connections: 1))
            try await pool.runScript(
                "CREATE TABLE kept (answer text); INSERT INTO kept VALUES ('yes')")
            await pool.close()
        }
        #expect(!cluster.isRunning())
        try await cluster.withServer { settings in
            let answer = try await ask("SELECT answer FROM kept", settings)
            #expect(answer == "yes")
        }
    }

    @Test func `what a killed server left running is stopped by the next start`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }  // A leftover harms nobody.
        let first = try cluster()
        let before = try await first.withServer { settings in
            let pid = try postmaster()
            // A second start on the same folder, as after the watchdog itself was killed.
            let second = try cluster()
            let after = try await second.withServer { settings in
                let answer = try await ask("SELECT 'up' AS answer", settings)
                #expect(answer == "up")
                return try postmaster()
            }
            #expect(after != pid)
            return pid
        }
        #expect(kill(before, 0) != 0, "the first one is gone")
        #expect(!first.isRunning())
    }

    @Test func `a lock file of a dead process is no obstacle`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }  // A leftover harms nobody.
        let cluster = try cluster()
        try await cluster.withServer { _ in }
        let data = folder.appending(path: "postgres/cluster")
        let lock = data.appending(path: "postmaster.pid")
        let socket = folder.appending(path: "postgres/socket").path
        try "4194300\n\(data.path)\n1700000000\n5432\n\(socket)\n\n  0 0\nready\n".write(
            to: lock, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: lock.path)
        try await cluster.withServer { settings in
            let answer = try await ask("SELECT 'up' AS answer", settings)
            #expect(answer == "up")
        }
    }
}
