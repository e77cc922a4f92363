package import Foundation
import VideoModels

/// The formats of an installation, in the order they are shown.
package struct FormatLibrary: Equatable, Sendable {
    /// More than a person looks through.
    package static let limit = 100

    package let formats: [Format]

    package func format(_ id: String) -> Format? { formats.first { $0.id == id } }

    /// Reads every `.json` file of a folder as one format, named after its id.
    /// - Throws: `FileProblems` with what is wrong in any of them.
    package static func load(folder: URL) throws -> FormatLibrary {
        let problems = ProblemList(file: folder.relativePath)
        return try problems.value {
            let files = try files(in: folder)
            if files.isEmpty { problems.add("holds no format: no .json file", line: nil) }
            let formats = try files.compactMap { file in try format(in: file, problems) }
            reportSharedRanks(formats, in: folder, problems)
            return FormatLibrary(formats: formats.sorted { $0.rank < $1.rank })
        }
    }

    private static func files(in folder: URL) throws -> [URL] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        } catch {
            throw FileProblem(
                file: folder.relativePath, line: nil, message: "is not a folder that can be read")
        }
        let wanted = names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
        guard wanted.count <= limit else {
            throw FileProblem(
                file: folder.relativePath, line: nil,
                message: "holds \(wanted.count) formats; \(limit) are the most")
        }
        return wanted.map { folder.appending(path: $0) }
    }

    private static func format(in file: URL, _ problems: ProblemList) throws -> Format? {
        let own = ProblemList(file: file.relativePath)
        let name = file.deletingPathExtension().lastPathComponent
        do {
            return try own.value {
                let format = FormatReader.format(try LocatedJSON.read(file), problems: own)
                if let format, format.id != name {
                    own.add("id \"\(format.id)\" must be the file's name, \"\(name)\"", line: nil)
                }
                return format
            }
        } catch let found as FileProblems {
            problems.add(found)
            return nil
        }
    }

    private static func reportSharedRanks(
        _ formats: [Format], in folder: URL, _ problems: ProblemList
    ) {
        let byRank = Dictionary(grouping: formats, by: \.rank).sorted { $0.key < $1.key }
        for (rank, sharing) in byRank where sharing.count > 1 {
            let ids = sharing.map(\.id).sorted().joined(separator: " and ")
            problems.add("\(ids) have the same rank, \(rank)", line: nil)
        }
    }
}
