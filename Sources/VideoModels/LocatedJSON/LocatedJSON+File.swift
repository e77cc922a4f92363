package import Foundation

extension LocatedJSON {
    /// Hundreds of models fit; a file past this is not a configuration.
    package static let fileLimit = 1_000_000

    /// Reads a JSON file, of at most `fileLimit` bytes.
    /// - Throws: `FileProblem` when it cannot be read or is not JSON.
    package static func read(_ file: URL) throws -> LocatedJSON {
        let name = file.relativePath
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { handle.closeFile() }
            data = try handle.read(upToCount: fileLimit + 1) ?? Data()
        } catch {
            throw FileProblem(file: name, line: nil, message: "cannot be read: is it there?")
        }
        guard data.count <= fileLimit else {
            throw FileProblem(
                file: name, line: nil, message: "is larger than \(fileLimit) bytes")
        }
        return try parse(Array(data), file: name)
    }

    /// Parses JSON text as RFC 8259 has it.
    /// - Throws: `FileProblem` with the line of the first mistake.
    package static func parse(_ bytes: [UInt8], file: String) throws -> LocatedJSON {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw FileProblem(file: file, line: nil, message: "is not UTF-8 text")
        }
        var parser = JSONParser(bytes: bytes, file: file)
        return try parser.document()
    }
}
