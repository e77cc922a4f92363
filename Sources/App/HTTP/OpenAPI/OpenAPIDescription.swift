import Foundation
import Media
import Studio
import VideoModels
import Webhooks

/// What `GET /openapi.json` answers: OpenAPI 3.1, put together from `config/openapi` and from what
/// the code knows better: the codes of errors, and what this server offers.
struct OpenAPIDescription: Sendable {
    /// `config/openapi`: `document.json`, and parts of its `paths` and `components/schemas`.
    let folder: URL
    let server: URL
    let catalogue: Catalogue
    let formats: FormatLibrary

    /// - Parameter routes: what the server answers, as `GET /v1/videos/{id}`. What is described
    ///   beyond that is left out: the built-in sign-in, where somebody else signs people in.
    /// - Throws: what reading and decoding throw, for an installation that is damaged.
    func text(routes: Set<String>) throws -> Data {
        var document = try read(folder.appending(path: "document.json"))
        var info = document["info"]?.objectValue ?? [:]
        info["version"] = .string(Version.current)
        document["info"] = .object(info)
        document["servers"] = .array([.object(["url": .string(server.absoluteString)])])
        document["paths"] = .object(try paths(routes))
        var components = document["components"]?.objectValue ?? [:]
        components["schemas"] = .object(try schemas())
        document["components"] = .object(components)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(document)
    }

    private func read(_ file: URL) throws -> [String: JSONValue] {
        try JSONDecoder().decode([String: JSONValue].self, from: Data(contentsOf: file))
    }

    /// The members of all files of a folder together.
    private func members(of name: String) throws -> [String: JSONValue] {
        let folder = folder.appending(path: name)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try files.filter { $0.hasSuffix(".json") }.reduce(into: [:]) { all, file in
            all.merge(try read(folder.appending(path: file))) { first, _ in first }
        }
    }

    private func paths(_ routes: Set<String>) throws -> [String: JSONValue] {
        try members(of: "paths").reduce(into: [:]) { paths, entry in
            let (path, item) = entry
            let served = (item.objectValue ?? [:]).filter {
                routes.contains("\($0.key.uppercased()) \(path)")
            }
            if !served.isEmpty { paths[path] = .object(served) }
        }
    }

    private func schemas() throws -> [String: JSONValue] {
        var schemas = try members(of: "schemas")
        for (name, values) in choices {
            guard var schema = schemas[name]?.objectValue else { continue }
            schema["enum"] = .array(values)
            schemas[name] = .object(schema)
        }
        return schemas
    }

    /// The values that schemas have, by their names.
    private var choices: [String: [JSONValue]] {
        let models = catalogue.models
        let seconds = Set(models.flatMap(\.seconds)).sorted()
        return [
            "ErrorCode": texts(APIError.Code.allCases.map(\.rawValue)),
            "FailureCode": texts(JobFailure.Code.allCases.map(\.rawValue)),
            "WarningCode": texts(PromptWarning.Code.allCases.map(\.rawValue)),
            "WebhookProblem": texts(WebhookDelivery.Problem.allCases.map(\.rawValue)),
            "ModelName": texts(models.map(\.id) + models.flatMap(\.aliases)),
            "Size": texts(Set(models.flatMap(\.sizes).map(\.description)).sorted()),
            "Seconds": texts(seconds.map(String.init)) + seconds.map(JSONValue.integer),
            "FormatID": texts(formats.formats.map(\.id)),
            "PackID": texts(catalogue.packs.map(\.id)),
        ]
    }

    private func texts(_ values: [String]) -> [JSONValue] { values.map(JSONValue.string) }
}
