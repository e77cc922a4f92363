import Foundation
import Testing

@Suite struct DocumentTests {
    private static let documents =
        Repository.paths.filter { !$0.contains("/") && $0.hasSuffix(".md") }
        + Repository.paths(in: "docs", "md")

    @Test func `documents run scripts that exist`() throws {
        let atStart = try DocumentRules.scripts(in: Repository.text("README.md"))
        #expect(!atStart.isEmpty, "README.md runs no script")
        for path in Self.documents {
            let scripts = try DocumentRules.scripts(in: Repository.text(path))
            expectNone(
                scripts.filter { !Repository.isExecutable($0.name) }
                    .map { Finding(path, $0.line, "there is no \($0.name) to run") })
        }
    }

    @Test func `links lead to files that exist`() throws {
        for path in Self.documents {
            let folder = path.split(separator: "/").dropLast().map { $0 + "/" }.joined()
            let links = try DocumentRules.links(in: Repository.text(path))
            expectNone(
                links.filter { !Repository.exists(folder + $0.name) }
                    .map { Finding(path, $0.line, "there is no \($0.name)") })
        }
    }

    @Test func `docs/settings.md has every setting that is read, and no other`() throws {
        let folder = "Sources/App/Settings"
        let documented = try DocumentRules.firstCells(
            of: Repository.text("docs/settings.md"), matching: /[A-Z][A-Z0-9_]+/)
        var read: Set<String> = []
        for path in Repository.paths(in: folder, "swift") {
            let settings = try DocumentRules.settings(in: Repository.text(path))
            read.formUnion(settings.map(\.name))
            expectNone(
                settings.filter { !documented.map(\.name).contains($0.name) }
                    .map { Finding(path, $0.line, "\($0.name) is not in docs/settings.md") })
        }
        #expect(read.isSuperset(of: ["PORT", "DATABASE_URL", "SMTP_URL"]))
        expectNone(
            documented.filter { !read.contains($0.name) }
                .map {
                    Finding("docs/settings.md", $0.line, "nothing in \(folder) reads \($0.name)")
                })
    }

    @Test func `docs/errors.md has every code, and no other`() throws {
        let documented = try DocumentRules.firstCells(
            of: Repository.text("docs/errors.md"), matching: /[a-z_]+/)
        var known: Set<String> = []
        for path in ["Sources/App/HTTP/APIError.swift", "Sources/Studio/Jobs/JobFailure.swift"] {
            let codes = try DocumentRules.codes(in: Repository.text(path))
            #expect(codes.count > 5, "\(path) has codes")
            known.formUnion(codes.map(\.name))
            expectNone(
                codes.filter { !documented.map(\.name).contains($0.name) }
                    .map { Finding(path, $0.line, "\($0.name) is not in docs/errors.md") })
        }
        expectNone(
            documented.filter { !known.contains($0.name) }
                .map { Finding("docs/errors.md", $0.line, "there is no code \($0.name)") })
    }

    @Test func `JSON files are JSON`() throws {
        let paths = Repository.paths(in: "config", "json")
        #expect(paths.contains("config/catalogue.json"))
        for path in paths {
            let data = try Data(contentsOf: Repository.root.appending(path: path))
            #expect(throws: Never.self, "\(path)") {
                try JSONSerialization.jsonObject(with: data)
            }
        }
    }

    @Test func `no file names a folder of somebody's machine`() throws {
        let kinds = [
            ".swift", ".md", ".js", ".css", ".html", ".sql", ".json", ".py", ".sh", ".h", ".toml",
        ]
        let paths = Repository.paths.filter { path in
            kinds.contains(where: path.hasSuffix) || path.hasPrefix("script/")
                || path.hasPrefix(".ci/")
        }
        #expect(paths.contains("script/setup") && paths.contains(".ci/run"))
        for path in paths {
            expectNone(
                try DocumentRules.machinePaths(in: Repository.text(path))
                    .map { Finding(path, $0, "a path of one machine") })
        }
    }
}
