/// One thing wrong in a configuration file, and where.
package struct FileProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    /// Counted from 1; `nil` when the file as a whole is meant.
    package let line: Int?
    package let message: String

    package init(file: String, line: Int?, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    package var description: String {
        line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }
}

/// Everything wrong with the configuration that was read, one line each.
package struct FileProblems: Error, Equatable, Sendable, CustomStringConvertible {
    package let problems: [FileProblem]
    /// How many more there were than are listed.
    package let unlisted: Int

    package init(_ problems: [FileProblem], unlisted: Int = 0) {
        self.problems = problems
        self.unlisted = unlisted
    }

    package var description: String {
        let lines = problems.map(\.description)
        return (unlisted > 0 ? lines + ["and \(unlisted) more"] : lines).joined(separator: "\n")
    }
}
