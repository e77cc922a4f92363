import Testing

/// A place in the repository that breaks a rule.
struct Finding: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let problem: String

    init(_ path: String, _ line: Int, _ problem: String) {
        self.path = path
        self.line = line
        self.problem = problem
    }

    var description: String { "\(path):\(line): \(problem)" }
}

/// Records an issue for every finding, so that a run names all places at once.
func expectNone(_ findings: [Finding], _ location: SourceLocation = #_sourceLocation) {
    for finding in findings {
        Issue.record("\(finding)", sourceLocation: location)
    }
}
