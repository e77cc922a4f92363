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

    /// Writes what a server answered to the standard output.
    static func say(_ data: Data) {
        write(String(decoding: data, as: UTF8.self), to: .standardOutput)
        if data.last != UInt8(ascii: "\n") { write("\n", to: .standardOutput) }
    }

    /// Whether a person can be asked.
    static var isWatched: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Asks on the standard error, so that the question stays out of what is written. Ctrl-C ends the
    /// process meanwhile, as nothing is under way.
    static func ask(_ question: String) -> String? {
        let handler = signal(SIGINT, SIG_DFL)
        defer { signal(SIGINT, handler) }
        write(question, to: .standardError)
        return line()
    }

    /// The next line of the standard input.
    static func line() -> String? { readLine()?.trimmingCharacters(in: .whitespaces) }

    /// Says how something comes along, on the standard error: over the line before it where a
    /// person is watching, else on a line of its own.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return complain(text) }
        write("\r\u{1B}[2K" + String(text.prefix(columns - 1)), to: .standardError)
    }

    static func clearProgress() {
        if isatty(STDERR_FILENO) == 1 { write("\r\u{1B}[2K", to: .standardError) }
    }

    private static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 10 else {
            return 80
        }
        return Int(size.ws_col)
    }

    /// Writes a line to the standard error.
    static func complain(_ text: String) { write(text + "\n", to: .standardError) }

    private static func write(_ text: String, to handle: FileHandle) {
        // A closed terminal hears nothing, and that is no reason to stop.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
