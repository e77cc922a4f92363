import Foundation
import Hummingbird
import Logging
import Outbound
import Postgres
import Prometheus
import Studio
import TestDatabase
import Testing

@testable import App

/// `GET /openapi.json` is kept true to the router.
@Suite(.database) struct OpenAPITests {
    /// For operators and for the sandbox's own page, not for programs.
    private static let undescribed = [
        "GET /metrics", "POST /internal/tick", "GET /sandbox/checkout/{session}",
        "POST /sandbox/checkout/{session}/{button}",
    ]

    private func server() async throws -> StudioServer {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "openapi-\(UUID().uuidString)")
        let settings = try await SettingsReader(
            environment: [
                "PLACEMINT_DATA": folder.path, "TICK_TOKEN": "0123456789abcdef",
            ], environmentFile: "/nonexistent/.env"
        ).read()
        let data = DataFolder(folder)
        try data.make()
        return try await StudioServer.build(
            settings, database: try TestDatabase.current.settings, folder: data,
            work: data.work, logger: Logger(label: "test"), metrics: PrometheusRegistry())
    }

    private func withServer(_ test: (StudioServer, Set<String>, [String: Any]) throws -> Void)
        async throws
    {
        let server = try await server()
        let routes = Set(server.router().routes.map(\.description))
        let text = try OpenAPIDescription(
            folder: server.settings.installation.openAPI, server: server.settings.publicURL,
            catalogue: server.studio.catalogue, formats: server.studio.formats
        ).text(routes: routes)
        let document = try JSONSerialization.jsonObject(with: text) as? [String: Any]
        try test(server, routes, try #require(document))
        try await server.transport.shutdown()
        await server.pool.close()
        try FileManager.default.removeItem(at: server.settings.dataFolder)
    }

    private static func described(_ document: [String: Any]) -> Set<String> {
        let paths = document["paths"] as? [String: [String: Any]] ?? [:]
        return Set(
            paths.flatMap { path, item in item.keys.map { "\($0.uppercased()) \(path)" } })
    }

    @Test func `every route is described, and nothing else`() async throws {
        try await withServer { server, routes, document in
            #expect(Self.described(document) == routes.subtracting(Self.undescribed))
            #expect(routes.isSuperset(of: Self.undescribed))
            // The files themselves describe no route that is gone.
            let folder = server.settings.installation.openAPI.appending(path: "paths")
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                let file = try Data(contentsOf: folder.appending(path: name))
                let part = try JSONSerialization.jsonObject(with: file) as? [String: Any]
                let described = Self.described(["paths": part ?? [:]])
                #expect(described.isSubset(of: routes), "\(name)")
            }
        }
    }

    @Test func `operations have names of their own, and every reference leads somewhere`()
        async throws
    {
        try await withServer { _, _, document in
            let paths = document["paths"] as? [String: [String: [String: Any]]] ?? [:]
            let names = paths.values.flatMap(\.values).compactMap { $0["operationId"] as? String }
            #expect(names.count == Self.described(document).count)
            #expect(Set(names).count == names.count)
            var named: Set<String> = []
            for reference in references(in: document) {
                named.insert(reference)
                let steps = reference.dropFirst(2).split(separator: "/").map(String.init)
                let end = steps.reduce(document as Any?) { place, step in
                    (place as? [String: Any])?[step]
                }
                #expect(end != nil, "\(reference)")
            }
            let components = document["components"] as? [String: [String: Any]] ?? [:]
            for (kind, members) in components where kind != "securitySchemes" {
                for name in members.keys {
                    #expect(named.contains("#/components/\(kind)/\(name)"), "\(name) is not used")
                }
            }
        }
    }

    private func references(in value: Any) -> [String] {
        if let object = value as? [String: Any] {
            let own = (object["$ref"] as? String).map { [$0] } ?? []
            return own + object.values.flatMap(references)
        }
        return (value as? [Any] ?? []).flatMap(references)
    }

    @Test func `codes are those of the code, and choices those of this server`() async throws {
        try await withServer { server, _, document in
            let components = document["components"] as? [String: Any]
            let schemas = components?["schemas"] as? [String: [String: Any]] ?? [:]
            #expect(
                schemas["ErrorCode"]?["enum"] as? [String] == APIError.Code.allCases.map(\.rawValue)
            )
            #expect(schemas["ModelName"]?["enum"] as? [String] == ["animatic"])
            #expect(
                schemas["FormatID"]?["enum"] as? [String]
                    == server.studio.formats.formats.map(\.id))
            #expect(document["openapi"] as? String == "3.1.0")
        }
    }
}
