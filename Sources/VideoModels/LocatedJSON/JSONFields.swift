/// The members of one object of a configuration file.
package struct JSONFields {
    private let members: [String: LocatedJSON.Member]
    private let path: String
    private let line: Int
    private let problems: ProblemList

    /// Reads an object that may have these keys and no others; unknown and repeated ones are told.
    package init?(_ field: JSONField, keys: Set<String>) {
        guard case .object(let members) = field.value.content else {
            field.problems.add(
                "\(field.path.isEmpty ? "the file" : field.path) must be an object {…},"
                    + " not \(field.value.summary)", line: field.value.line)
            return nil
        }
        self.init(field: field, members: members)
        reportUnknown(in: members, known: keys)
    }

    /// Reads an object with any keys, such as one keyed by size.
    package init?(anyKeys field: JSONField) {
        guard case .object(let members) = field.value.content else { return nil }
        self.init(field: field, members: members)
    }

    private init(field: JSONField, members: [LocatedJSON.Member]) {
        path = field.path
        line = field.value.line
        problems = field.problems
        self.members = Dictionary(
            members.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        reportRepeated(in: members)
    }

    /// The keys that are there, in the order of their lines.
    package var keys: [String] {
        members.values.sorted { ($0.line, $0.key) < ($1.line, $1.key) }.map(\.key)
    }

    /// A member that must be there.
    package func required(_ key: String) -> JSONField? {
        if let field = optional(key) { return field }
        problems.add("\(place)the key \"\(key)\" is missing", line: line)
        return nil
    }

    package func optional(_ key: String) -> JSONField? {
        members[key].map {
            JSONField(value: $0.value, path: path(to: key), problems: problems)
        }
    }

    private var place: String { path.isEmpty ? "" : "\(path): " }

    private func path(to key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func reportRepeated(in members: [LocatedJSON.Member]) {
        var lines: [String: Int] = [:]
        for member in members {
            if let first = lines[member.key] {
                problems.add(
                    "\(path(to: member.key)) is there twice, first on line \(first)",
                    line: member.line)
            }
            lines[member.key] = lines[member.key] ?? member.line
        }
    }

    private func reportUnknown(in members: [LocatedJSON.Member], known: Set<String>) {
        for member in members where !known.contains(member.key) {
            let advice =
                Spelling.closest(to: member.key, among: known).map { "did you mean \"\($0)\"?" }
                ?? "known are " + known.sorted().joined(separator: ", ")
            problems.add("\(place)unknown key \"\(member.key)\": \(advice)", line: member.line)
        }
    }
}
