package import Foundation

/// The files that come with the program: migrations, formats, the catalogue, the web client.
package struct Installation: Sendable {
    package let root: URL

    package var migrations: URL { root.appending(path: "supabase/migrations") }
    package var localSupabase: URL { root.appending(path: "db/local-supabase.sql") }
    package var catalogue: URL { root.appending(path: "config/catalogue.json") }
    package var formats: URL { root.appending(path: "config/formats") }
    package var openAPI: URL { root.appending(path: "config/openapi") }
    package var web: URL { root.appending(path: "Web") }

    package init(root: URL) { self.root = root }

    /// This program's own file, also when it was found by the search path or through a link.
    package static var program: URL {
        let named = URL(filePath: CommandLine.arguments.first ?? "")
        return (Bundle.main.executableURL ?? named).resolvingSymlinksInPath()
    }

    /// Looks in the working folder, in the folders above the program (a checkout), and where a
    /// package puts them.
    /// - Throws: `SettingsError` when the files are nowhere.
    package static func locate() throws -> Installation {
        let program = program
        var candidates = [URL(filePath: FileManager.default.currentDirectoryPath)]
        var folder = program.deletingLastPathComponent()
        while folder.path != "/", candidates.count < 8 {
            candidates.append(folder)
            folder.deleteLastPathComponent()
        }
        candidates.append(URL(filePath: "/usr/share/placemint"))
        let found = candidates.map(Installation.init).first {
            FileManager.default.fileExists(atPath: $0.localSupabase.path)
        }
        guard let found else {
            throw SettingsError(
                "placemint", "its files (supabase/, db/, config/, Web/) are not in this folder")
        }
        return found
    }
}
