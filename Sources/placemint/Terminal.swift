import Foundation

/// What a command says to the person who started it.
enum Terminal {
    /// Writes lines to the standard output.
    static func say(_ lines: String...) {
        for line in lines { write(line + "\n", to: .standardOutput) }
    }

    /// Writes an object as a line of JSON to the standard output.
    static func say(json object: [String: Any]) {
        // Texts and numbers always encode.
        let data = try? JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        guard let data else { return }
        say(String(decoding: data, as: UTF8.self))
    }

    /// Writes over the current line, for progress. Nothing where no person is watching.
    static func show(_ text: String) {
        guard isatty(STDOUT_FILENO) == 1 else { return }
        write("\r\u{1B}[2K" + text, to: .standardOutput)
    }

    /// Writes a line to the standard error.
    static func complain(_ text: String) { write(text + "\n", to: .standardError) }

    private static func write(_ text: String, to handle: FileHandle) {
        // A closed terminal hears nothing, and that is no reason to stop.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
