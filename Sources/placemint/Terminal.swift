import Foundation

/// What a command says to the person who started it.
enum Terminal {
    /// Writes a line to the standard output.
    static func say(_ text: String) { write(text + "\n", to: .standardOutput) }

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
