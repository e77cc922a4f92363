import App
import Foundation
import Outbound
import Subprocess
import SystemPackage

/// A server of this very program, on a free port and a folder that is removed afterwards.
struct ThrowawayServer: Sendable {
    let base: URL
    let folder: URL

    private static let patience = Duration.seconds(90)

    /// Starts a server, runs `body` with it, and stops it.
    /// - Throws: `DemoError` when it does not start, with the end of its log; what `body` throws.
    static func run(_ body: (ThrowawayServer) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "placemint-demo-\(UUID().uuidString.prefix(8).lowercased())")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer {
            // What stays behind is the temporary folder's to clean.
            try? FileManager.default.removeItem(at: folder)
        }
        let port = try freePort()
        guard let base = URL(string: "http://127.0.0.1:\(port)") else { return }
        try await start(ThrowawayServer(base: base, folder: folder), port: port, body)
    }

    /// Settings of an installation that has nothing to do with the demo. Empty, they count as unset
    /// and hide those of a file `.env`.
    private static let unset: [Subprocess.Environment.Key: String?] = [
        "DATABASE_URL": "", "DATABASE_DIRECT_URL": "", "SMTP_URL": "", "MAIL_FROM": "",
        "WORKERS": "", "PLACEMINT_CATALOGUE": "", "WEB_URL": "", "METRICS_PORT": "",
        "TICK_TOKEN": "", "TICK_SECONDS": "", "SUPABASE_URL": "", "SUPABASE_PUBLISHABLE_KEY": "",
        "SUPABASE_JWT_SECRET": "", "S3_ENDPOINT": "", "S3_REGION": "", "S3_BUCKET": "",
        "S3_ACCESS_KEY_ID": "", "S3_SECRET_ACCESS_KEY": "", "STRIPE_SECRET_KEY": "",
        "STRIPE_WEBHOOK_SECRET": "", "STRIPE_API_BASE": "", "STRIPE_MANAGED_PAYMENTS": "",
        "STRIPE_AUTOMATIC_TAX": "", "STRIPE_PROMOTION_CODES": "",
    ]

    private static func start(
        _ server: ThrowawayServer, port: Int, _ body: (ThrowawayServer) async throws -> Void
    ) async throws {
        let log = FilePath(server.logFile.path)
        let output = try FileDescriptor.open(
            log, .writeOnly, options: [.create, .append], permissions: [.ownerReadWrite])
        let outcome = try await Subprocess.run(
            .path(FilePath(Installation.program.path)), arguments: ["serve"],
            environment: .inherit.updating(Self.unset).updating([
                "HOST": "127.0.0.1", "PORT": "\(port)", "PUBLIC_URL": server.base.absoluteString,
                "PLACEMINT_DATA": server.folder.path,
            ]),
            input: .none, output: .fileDescriptor(output, closeAfterSpawningProcess: false),
            error: .fileDescriptor(output, closeAfterSpawningProcess: true)
        ) { execution -> Result<Void, any Error> in
            let result: Result<Void, any Error>
            do {
                try await server.waitUntilReady()
                result = .success(try await body(server))
            } catch {
                result = .failure(error)
            }
            try execution.send(signal: .terminate)
            return result
        }
        try outcome.closureResult.get()
    }

    private var logFile: URL { folder.appending(path: "server.log") }

    private func waitUntilReady() async throws {
        let transport = Transport()
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            // Until the server listens, every attempt is refused.
            let answer = try? await transport.send("GET", base.appending(path: "readyz"))
            if answer?.status == 200 { return try await transport.shutdown() }
            try await Task.sleep(for: .milliseconds(50))
        }
        try await transport.shutdown()
        // Without a log there is only the fact.
        let log = (try? String(contentsOf: logFile, encoding: .utf8)) ?? ""
        let end = log.split(separator: "\n").suffix(5).joined(separator: "\n")
        throw DemoError("the server did not start\n\(end)")
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard status else { throw DemoError("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
