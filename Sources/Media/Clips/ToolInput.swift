import Subprocess

/// The standard input of a running program.
package struct ToolInput: Sendable {
    let writer: StandardInputWriter

    /// Waits until the program has taken the bytes.
    package func write(_ bytes: [UInt8]) async throws {
        _ = try await writer.write(bytes)
    }

    func close() async throws { try await writer.finish() }
}
