import Foundation
import Synchronization
import Testing

@testable import Media

@Suite struct FFmpegTests {
    @Test func `progress grows to the whole`() async throws {
        let seen = Mutex<[Double]>([])
        let reached = try await FFmpeg.run(
            ["-f", "lavfi", "-i", "testsrc=s=320x240:d=2", "-f", "null", "-"], length: 2,
            within: .seconds(30), progress: { share in seen.withLock { $0.append(share) } })
        let shares = seen.withLock { $0 }
        #expect(shares == shares.sorted())
        #expect(try #require(shares.last) > 0.9)
        #expect(reached > 1.8)
    }

    @Test func `a report may arrive in pieces`() {
        var report = ProgressReport()
        #expect(report.take(Array("frame=1\nout_time_us=1500".utf8)) == nil)
        #expect(report.take(Array("000\nprogress=continue\n".utf8)) == 1.5)
        #expect(report.take(Array("out_time_us=N/A\n".utf8)) == nil)
        #expect(report.seconds == 1.5)
    }

    @Test func `what ffmpeg says last is the error's detail, and not its description`() async {
        let error = await #expect(throws: ToolError.self) {
            try await FFmpeg.run(
                ["-i", "file:/nowhere/secret.mp4", "-f", "null", "-"], length: 1,
                within: .seconds(30))
        }
        guard case .failed(.ffmpeg, let detail) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(detail.contains("No such file"))
        #expect(!"\(ToolError.failed(.ffmpeg, detail: detail))".contains("secret"))
    }

    @Test func `a run past its time is ended`() async throws {
        let started = ContinuousClock.now
        await #expect(throws: ToolError.timedOut(.ffmpeg)) {
            try await FFmpeg.run(endless, length: 1000, within: .milliseconds(400))
        }
        #expect(ContinuousClock.now - started < .seconds(60))
    }

    @Test func `cancelling ends ffmpeg`() async throws {
        let mark = "mark-\(UUID().uuidString)"
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await FFmpeg.run(
                    endless(named: mark), length: 1000, within: .seconds(60))
            }
            while try !isRunning(mark) { try await Task.sleep(for: .milliseconds(20)) }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(try !isRunning(mark))
    }

    @Test func `bytes fed arrive, and a program that stops reading is an error`() async throws {
        let frame = [UInt8](repeating: 128, count: 64 * 64)
        let input = [
            "-f", "rawvideo", "-pix_fmt", "gray", "-s", "64x64", "-r", "25", "-i", "pipe:0",
        ]
        let reached = try await FFmpeg.run(
            input + ["-f", "null", "-"], length: 1, within: .seconds(30),
            feed: { input in for _ in 0..<25 { try await input.write(frame) } })
        #expect(abs(reached - 1) < 0.1)
        let error = await #expect(throws: ToolError.self) {
            try await FFmpeg.run(
                ["-f", "nonsense", "-i", "pipe:0"], length: 1, within: .seconds(30),
                feed: { input in for _ in 0..<5000 { try await input.write(frame) } })
        }
        guard case .failed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `the server's secrets are not handed on`() async throws {
        setenv("PLACEMINT_TEST_SECRET", "pretend", 1)
        defer { unsetenv("PLACEMINT_TEST_SECRET") }
        let run = ToolRun(tool: .ffmpeg, arguments: endless, limit: .seconds(2))
        let seen = Mutex("")
        try? await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await run() }
            while seen.withLock({ $0.isEmpty }) {
                let found = try childEnvironment(of: "testsrc=s=64x64:r=5")
                seen.withLock { $0 = found ?? "" }
                try await Task.sleep(for: .milliseconds(20))
            }
            group.cancelAll()
        }
        #expect(seen.withLock { $0.contains("PATH=") })
        #expect(!seen.withLock { $0.contains("PLACEMINT_TEST_SECRET") })
    }

    private var endless: [String] {
        ["-re", "-f", "lavfi", "-i", "testsrc=s=64x64:r=5", "-f", "null", "-"]
    }

    private func endless(named mark: String) -> [String] {
        Array(endless.dropLast(3)) + ["-metadata", "title=\(mark)", "-f", "null", "-"]
    }

    private func isRunning(_ mark: String) throws -> Bool {
        try processes(with: mark).isEmpty == false
    }

    private func childEnvironment(of mark: String) throws -> String? {
        // A process may end between being listed and being read.
        try processes(with: mark).lazy.compactMap {
            try? String(contentsOfFile: "/proc/\($0)/environ", encoding: .utf8)
        }.first
    }

    private func processes(with mark: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            guard Int(name) != nil else { return false }
            let line = try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8)
            return line?.contains(mark) == true && line?.contains("ffmpeg") == true
        }
    }
}
