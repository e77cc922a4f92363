import Foundation

/// The files of the checkout these tests were built from.
enum Repository {
    static let root = URL(filePath: #filePath)
        .resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Folders of generated things, wherever they are.
    private static let passedOver: Set<String> = [
        ".build", ".git", ".venv", ".venv-security", "__pycache__", "artifacts", "data",
        "node_modules",
    ]

    /// Every file's path from the root, sorted.
    static let paths: [String] = {
        let keys: [URLResourceKey] = [.isDirectoryKey]
        guard
            let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: keys)
        else { return [] }
        var paths: [String] = []
        for case let url as URL in walk {
            if passedOver.contains(url.lastPathComponent) {
                walk.skipDescendants()
            } else if !url.hasDirectoryPath {
                paths.append(String(url.path.dropFirst(root.path.count + 1)))
            }
        }
        return paths.sorted()
    }()

    /// The paths in a folder, at any depth, with one of the extensions.
    static func paths(in folder: String, _ extensions: String...) -> [String] {
        paths.filter { path in
            path.hasPrefix(folder + "/") && extensions.contains { path.hasSuffix(".\($0)") }
        }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func lines(_ path: String) throws -> [Substring] {
        try text(path).split(separator: "\n", omittingEmptySubsequences: false)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    static func isExecutable(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: root.appending(path: path).path)
    }
}
