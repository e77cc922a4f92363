import ArgumentParser
import Foundation
import VideoModels

/// What script/bench cannot measure from outside.
struct Measure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures rendering, for script/bench.", shouldDisplay: false)

    @Argument(help: "A product's photo.")
    var photo: String

    func run() async throws {
        let (render, baseline) = try await Animatic.benchmark(
            photo: try Data(contentsOf: URL(filePath: photo)))
        Terminal.say(#"{"render":\#(render / .seconds(1)),"baseline":\#(baseline / .seconds(1))}"#)
    }
}
