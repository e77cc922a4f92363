import Foundation
import Synchronization

/// ffprobe's JSON, as far as it is needed.
struct ProbeReport: Decodable {
    let streams: [Stream]
    let format: Container

    struct Stream: Decodable {
        let codecType: String?
        let codecName: String?
        let pixFmt: String?
        let width: Int?
        let height: Int?
        let duration: String?
        let sideDataList: [SideData]?
    }

    struct SideData: Decodable {
        let rotation: Double?
    }

    struct Container: Decodable {
        let duration: String?
    }

    /// Room for a report on the few streams allowed.
    private static let mostBytes = 1_000_000

    /// - Throws: `ClipError` when there is no video in it.
    static func read(_ file: URL) async throws -> ClipFacts {
        let values = try file.resourceValues(forKeys: [.fileSizeKey])
        guard let bytes = values.fileSize, bytes > 0 else {
            throw ClipError(detail: "the file is empty")
        }
        let json = try await output(for: file)
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(ProbeReport.self, from: json).facts(bytes: bytes)
        } catch let error as DecodingError {
            throw ClipError(detail: "ffprobe's report cannot be read: \(error)")
        }
    }

    private static func output(for file: URL) async throws -> Data {
        let arguments =
            ["-v", "error"] + Clip.guarded
            + ["-of", "json", "-show_format", "-show_streams", FFmpeg.name(file)]
        let json = Mutex(Data())
        do {
            try await ToolRun(tool: .ffprobe, arguments: arguments, limit: Clip.patience)(
                read: { piece in
                    try json.withLock {
                        guard $0.count + piece.count <= mostBytes else {
                            throw ClipError(detail: "ffprobe's report is too long")
                        }
                        $0.append(contentsOf: piece)
                    }
                })
        } catch ToolError.failed(_, let detail) {
            throw ClipError(detail: "not a clip: \(detail)")
        }
        return json.withLock { $0 }
    }

    private func facts(bytes: Int) throws -> ClipFacts {
        guard let video = streams.first(where: { $0.codecType == "video" }),
            let codec = video.codecName, let width = video.width, let height = video.height,
            width > 0, height > 0
        else { throw ClipError(detail: "no video stream") }
        let length = [format.duration, video.duration].compactMap { $0.flatMap(Double.init) }.first
        guard let length, length.isFinite, length > 0 else {
            throw ClipError(detail: "no length")
        }
        let turned = Int(video.sideDataList?.compactMap(\.rotation).first ?? 0) % 180 != 0
        return ClipFacts(
            size: turned
                ? PixelSize(width: height, height: width) : PixelSize(width: width, height: height),
            seconds: length, hasAudio: streams.contains { $0.codecType == "audio" },
            videoCodec: codec, pixelFormat: video.pixFmt ?? "unknown", bytes: bytes)
    }
}
