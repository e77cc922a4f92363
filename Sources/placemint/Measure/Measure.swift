import ArgumentParser
import Foundation
import VideoModels

/// What script/bench cannot measure from outside.
struct Measure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures parts of the program, for script/bench.", shouldDisplay: false,
        subcommands: [MeasureAnimatic.self, MeasureLedger.self])
}

struct MeasureAnimatic: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "animatic", abstract: "Renders a clip, and encodes a still.")

    @Argument(help: "A product's photo.")
    var photo: String

    func run() async throws {
        let (render, baseline) = try await Animatic.benchmark(
            photo: try Data(contentsOf: URL(filePath: photo)))
        Terminal.say(json: ["render": render / .seconds(1), "baseline": baseline / .seconds(1)])
    }
}
