import App
import ArgumentParser
import Foundation
import VideoModels

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks every part that is set up, and says how to mend what is wrong.",
        discussion: """
            Database, roles, migrations, ffmpeg, files, mail, payments, and each model's key and \
            address. Nothing is made and nothing is charged, but for --live. Status 1 when \
            something is broken.
            """)

    @Option(help: "Make one real clip with this model, for what its provider charges.")
    var live: String?

    @Argument(help: "The product's photo, for --live.")
    var photo: String?

    @Option(name: .shortAndLong, help: "Where --live writes the clip.")
    var output = "live.mp4"

    func validate() throws {
        guard (live == nil) == (photo == nil) else {
            throw ValidationError("--live MODEL and a photo go together")
        }
        if let photo, !FileManager.default.isReadableFile(atPath: photo) {
            throw ValidationError("there is no photo '\(photo)'")
        }
    }

    func run() async throws {
        try await CommandEnvironment.run { settings, logger in
            let serving = try Serving(settings, logger: logger)
            if let live, let photo {
                return try await makeClip(serving, live, photo)
            }
            var isBroken = false
            try await serving.checkUp { finding in
                tell(finding)
                if finding.state == .broken { isBroken = true }
            }
            if isBroken { throw ExitCode.failure }
        }
    }

    private func tell(_ finding: Checkup.Finding) {
        let mark =
            switch finding.state {
            case .ok: "ok     "
            case .note: "note   "
            case .broken: "BROKEN "
            }
        Terminal.say("\(mark) \(finding.part): \(finding.remark)")
        if let remedy = finding.remedy { Terminal.say("         \(remedy)") }
    }

    private func makeClip(_ serving: Serving, _ model: String, _ photo: String) async throws {
        do {
            try await serving.makeLiveClip(
                model, from: URL(filePath: photo), to: URL(filePath: output)
            ) { Terminal.say($0) }
        } catch let error as VideoModelError {
            Terminal.complain("placemint: \(error.reason): \(error.detail)")
            throw ExitCode.failure
        }
        Terminal.say("It is in \(output)")
    }
}
