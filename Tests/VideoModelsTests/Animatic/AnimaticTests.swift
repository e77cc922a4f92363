import Foundation
import Media
import Synchronization
import Testing

@testable import VideoModels

@Suite struct AnimaticTests {
    private static let size = PixelSize(width: 90, height: 160)

    @Test func `a storyboard becomes a clip of exactly its size and length`() async throws {
        try await inFolder { folder in
            let file = folder.appending(path: "a clip.mp4")
            let shares = Mutex<[Double]>([])
            let made = try await Animatic().create(
                request(in: folder), token: SubmitToken(UUID()), file: file
            ) { share in shares.withLock { $0.append(share) } }
            #expect(made == .clip)
            let facts = try await Clip.probe(file: file)
            #expect(facts.size == Self.size)
            #expect(abs(facts.seconds - 2) <= 1.0 / 30)
            #expect(facts.hasAudio)
            #expect(facts.videoCodec == "h264" && facts.pixelFormat == "yuv420p")
            #expect(shares.withLock { $0.last } == 1)
            #expect(shares.withLock { $0 == $0.sorted() })
        }
    }

    @Test func `the file plays everywhere: High profile, BT.709, 48 kHz stereo, index first`()
        async throws
    {
        try await inFolder { folder in
            let file = folder.appending(path: "clip.mp4")
            _ = try await Animatic().create(
                request(in: folder), token: SubmitToken(UUID()), file: file, progress: { _ in })
            let facts = try await ffprobe(
                file,
                "stream=profile,color_space,color_range,avg_frame_rate,nb_read_frames,"
                    + "sample_rate,channels")
            for fact in [
                "profile=High", "color_space=bt709", "color_range=tv", "avg_frame_rate=30/1",
                "nb_read_frames=60", "sample_rate=48000", "channels=2",
            ] {
                #expect(facts.contains(fact), "\(fact) in \(facts)")
            }
            let bytes = try Data(contentsOf: file)
            let index = try #require(bytes.firstRange(of: Data("moov".utf8)))
            let media = try #require(bytes.firstRange(of: Data("mdat".utf8)))
            #expect(index.lowerBound < media.lowerBound)
        }
    }

    @Test func `words alone make a clip, and any words are safe`() async throws {
        try await inFolder { folder in
            let file = folder.appending(path: "clip.mp4")
            let words = Storyboard(
                shots: [], hook: "It's 100% <b>: \\ ' \" %{pts} [v];[a]\n", caption: " ")
            let request = ClipRequest(
                prompt: "", seconds: 1, size: Self.size, firstFrame: nil, storyboard: words)
            _ = try await Animatic().create(
                request, token: SubmitToken(UUID()), file: file, progress: { _ in })
            #expect(try await Clip.probe(file: file).size == Self.size)
        }
    }

    @Test func `cancelling leaves no file behind`() async throws {
        try await inFolder { folder in
            let file = folder.appending(path: "clip.mp4")
            let request = try await request(in: folder, seconds: 60)
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await Animatic().create(
                        request, token: SubmitToken(UUID()), file: file, progress: { _ in })
                }
                while !FileManager.default.fileExists(atPath: file.path) {
                    await Task.yield()
                }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    @Test func `a first frame of another size fails, and nothing is left`() async throws {
        try await inFolder { folder in
            let file = folder.appending(path: "clip.mp4")
            let other = try await request(in: folder)
            let request = ClipRequest(
                prompt: "", seconds: 2, size: PixelSize(width: 160, height: 90),
                firstFrame: other.firstFrame, storyboard: other.storyboard)
            let error = await #expect(throws: VideoModelError.self) {
                try await Animatic().create(
                    request, token: SubmitToken(UUID()), file: file, progress: { _ in })
            }
            #expect(error?.reason == .failed)
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    @Test func `a clip that cannot be written fails with ffmpeg's reason`() async throws {
        try await inFolder { folder in
            let request = try await request(in: folder)
            let error = await #expect(throws: VideoModelError.self) {
                try await Animatic().create(
                    request, token: SubmitToken(UUID()),
                    file: folder.appending(path: "missing/clip.mp4"), progress: { _ in })
            }
            #expect(error?.reason == .failed)
            #expect(error?.detail.contains("No such file") == true)
        }
    }

    @Test(arguments: [(0, "90x160"), (61, "90x160"), (2, "91x160"), (2, "62x160"), (2, "90x2050")])
    func `a request no clip can be made of fails before any work`(
        seconds: Int, size: String
    ) async throws {
        let request = ClipRequest(
            prompt: "", seconds: seconds, size: try #require(PixelSize(size)), firstFrame: nil,
            storyboard: Storyboard(shots: []))
        let error = await #expect(throws: VideoModelError.self) {
            try await Animatic().create(
                request, token: SubmitToken(UUID()), file: URL(filePath: "/nowhere/clip.mp4"),
                progress: { _ in })
        }
        #expect(error?.reason == .failed)
    }

    @Test func `nothing is kept to ask for`() async throws {
        let id = ProviderJobID("any")
        await #expect(throws: VideoModelError.self) { try await Animatic().status(of: id) }
        await #expect(throws: VideoModelError.self) {
            try await Animatic().download(id, to: URL(filePath: "/nowhere"))
        }
        #expect(try await Animatic().find(SubmitToken(UUID())) == .nothingCreated)
    }

    private func request(in folder: URL, seconds: Int = 2) async throws -> ClipRequest {
        let frame = folder.appending(path: "first frame.jpg")
        try await FirstFrame.blank(size: Self.size).write(to: frame)
        let shots: [Storyboard.Shot] = [
            .init(move: .push, share: 2), .init(move: .drift, share: 1),
        ]
        return ClipRequest(
            prompt: "", seconds: seconds, size: Self.size, firstFrame: frame,
            storyboard: Storyboard(shots: shots, hook: "Look here", caption: "Out now"))
    }

    private func inFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "animatic tests \(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    private func ffprobe(_ file: URL, _ entries: String) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try MediaTool.ffprobe.path())
        process.arguments = [
            "-v", "error", "-count_frames", "-show_entries", entries, "-of", "default=nw=1",
            file.path,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
