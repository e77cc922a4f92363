import App
import ArgumentParser
import Foundation
import Media

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes one video from a photo, from sign-in to download, on a throw-away server.")

    @Argument(help: "The product's photo; without one, the sample that comes with Placemint.")
    var photo: String?

    @Option(name: .shortAndLong, help: "Where to write the clip.")
    var output = "demo.mp4"

    @Option(help: "The format of the clip; GET /v1/formats lists them.")
    var format = "hero-shot"

    @Option(help: "The clip's length in seconds.")
    var seconds = 8

    func run() async throws {
        do {
            let installation = try Installation.locate()
            let file =
                photo.map { URL(filePath: $0) }
                ?? installation.root.appending(path: "docs/images/sample-product.jpg")
            guard FileManager.default.isReadableFile(atPath: file.path) else {
                throw DemoError("there is no photo \(file.path)")
            }
            Terminal.say("Placemint: from a photo to a video\n")
            let story = DemoStory(
                photo: file, isSample: photo == nil, output: URL(filePath: output),
                format: format, seconds: seconds)
            try await ThrowawayServer.run { server in try await story.play(on: server) }
        } catch let error as DemoError {
            Terminal.complain("placemint: \(error)")
            throw ExitCode.failure
        }
    }
}

/// Why the demo stopped, for the person who started it.
struct DemoError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
