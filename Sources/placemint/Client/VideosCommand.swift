import ArgumentParser
import Client
import Foundation

struct VideosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "videos", abstract: "Lists, downloads and deletes your videos.",
        subcommands: [ListVideos.self, GetVideo.self, DownloadVideo.self, DeleteVideo.self],
        defaultSubcommand: ListVideos.self)
}

struct ListVideos: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists videos, the newest first.",
        discussion: "With --json: a page as the server answers it; with --all, a page a line.")

    @OptionGroup var options: ServerOptions

    @Option(help: "How many at most.")
    var limit = 20

    @Flag(help: "All of them.")
    var all = false

    func validate() throws {
        guard (1...100).contains(limit) else {
            throw ValidationError("--limit must be from 1 to 100")
        }
    }

    func run(_ client: StudioClient) async throws {
        var after = ""
        while true {
            let page = try await client.ask(
                "GET", "/v1/videos?limit=\(all ? 100 : limit)\(after)",
                as: ListReply<VideoReply>.self)
            if options.json {
                Terminal.say(page.json)
            } else {
                for video in page.value.data { Terminal.say(video.line) }
                if page.value.data.isEmpty, after.isEmpty { Terminal.complain("No videos yet.") }
            }
            guard all, page.value.hasMore == true, let last = page.value.lastId else { return }
            after = "&after=\(last)"
        }
    }
}

extension VideoReply {
    fileprivate var line: String {
        let when = Date(timeIntervalSince1970: Double(createdAt)).formatted(.iso8601)
        let state = status == "in_progress" ? "\(progress) %" : status
        return "\(id)  \(when)  \(state.padding(toLength: 9, withPad: " ", startingAt: 0))  "
            + "\(seconds) s  \(title ?? "")"
    }
}

struct GetVideo: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Shows how a video stands.")

    @OptionGroup var options: ServerOptions

    @Argument(help: "The video's id.")
    var id: String

    func run(_ client: StudioClient) async throws {
        let video = try await client.ask("GET", "/v1/videos/\(id.segment)", as: VideoReply.self)
        if options.json { return Terminal.say(video.json) }
        let found = video.value
        Terminal.say(
            "\(found.title ?? found.id)",
            "  \(found.status), \(found.progress) %",
            "  \(found.model), \(found.size), \(found.seconds) s, \(found.credits) credits")
        if let error = found.error { Terminal.say("  \(error.code): \(error.message)") }
    }
}

/// What of a video can be downloaded.
enum Variant: String, ExpressibleByArgument, CaseIterable {
    case video, thumbnail, spritesheet

    var ending: String {
        switch self {
        case .video: "mp4"
        case .thumbnail: "webp"
        case .spritesheet: "jpg"
        }
    }
}

struct DownloadVideo: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "download", abstract: "Downloads a video.",
        discussion: "placemint videos download video_01… -o mug.mp4 --wait")

    @OptionGroup var options: ServerOptions

    @Argument(help: "The video's id.")
    var id: String

    @Option(name: [.short, .long], help: "Where to; the id and the file's kind otherwise.")
    var output: String?

    @Option(help: "What of it.")
    var variant: Variant = .video

    @Flag(help: "Wait until it is made.")
    var wait = false

    @Flag(help: "Write over a file that is there.")
    var force = false

    func run(_ client: StudioClient) async throws {
        let file = URL(filePath: output ?? "\(id).\(variant.ending)")
        try file.refuseToOverwrite(force)
        let follower = VideoFollower(client: client, output: file)
        let finished = wait ? try await follower.follow(id) : nil
        try await client.download(
            "/v1/videos/\(id.segment)/content?variant=\(variant.rawValue)", to: file)
        if options.json {
            let json =
                if let finished { finished } else {
                    try await client.send("GET", "/v1/videos/\(id.segment)")
                }
            Terminal.say(json)
        } else {
            Terminal.say(file.relativePath)
        }
    }
}

struct DeleteVideo: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes videos.")

    @OptionGroup var options: ServerOptions

    @Argument(help: "The videos' ids.")
    var ids: [String]

    func run(_ client: StudioClient) async throws {
        for id in ids {
            let answer = try await client.send("DELETE", "/v1/videos/\(id.segment)")
            if options.json { Terminal.say(answer) } else { Terminal.say("Deleted \(id)") }
        }
    }
}

extension String {
    /// As one segment of a path, whatever is in it.
    var segment: String {
        addingPercentEncoding(
            withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "_-"))) ?? ""
    }
}

extension URL {
    /// - Throws: `ClientError.file` when the file is there, or its folder is not.
    func refuseToOverwrite(_ force: Bool) throws {
        if !force, FileManager.default.fileExists(atPath: path) {
            throw ClientError.file("\(relativePath) is there already. --force writes over it.")
        }
        guard FileManager.default.isWritableFile(atPath: deletingLastPathComponent().path) else {
            throw ClientError.file("\(relativePath) cannot be written: is its folder there?")
        }
    }
}
