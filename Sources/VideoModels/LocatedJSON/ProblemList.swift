/// Gathers what is wrong with a file while it is read, so that one start names all of it.
package final class ProblemList {
    /// More than this is one cause seen many times.
    package static let limit = 20

    package let file: String
    package private(set) var problems: [FileProblem] = []
    package private(set) var unlisted = 0

    package init(file: String) { self.file = file }

    package func add(_ message: String, line: Int?) {
        add(FileProblem(file: file, line: line, message: message))
    }

    package func add(_ problem: FileProblem) {
        if problems.count < Self.limit { problems.append(problem) } else { unlisted += 1 }
    }

    /// Takes over what was found in another file.
    package func add(_ found: FileProblems) {
        found.problems.forEach(add)
        unlisted += found.unlisted
    }

    /// What `read` answers, when nothing was wrong.
    /// - Throws: `FileProblems` with everything that was, in the order of the lines.
    package func value<Value>(_ read: () throws -> Value?) throws -> Value {
        do {
            let value = try read()
            if problems.isEmpty, let value { return value }
        } catch let problem as FileProblem {
            add(problem)
        }
        if problems.isEmpty { add("cannot be used", line: nil) }
        throw FileProblems(problems.inOrder, unlisted: unlisted)
    }
}

extension [FileProblem] {
    fileprivate var inOrder: [FileProblem] {
        enumerated().sorted {
            ($0.element.file, $0.element.line ?? 0, $0.offset)
                < ($1.element.file, $1.element.line ?? 0, $1.offset)
        }
        .map(\.element)
    }
}
