import ArgumentParser
import Client
import Foundation

struct GenerateCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Makes a video of a product photo, or one for each row of a table.",
        discussion: """
            placemint generate --photo mug.jpg --format unboxing --say "Made for slow mornings." \
            --seconds 8 -o mug.mp4
            placemint generate --batch rows.csv --yes

            A batch is a CSV table with a header. Columns: photo, output, say, model, prompt, format, \
            seconds, size, backdrop, and brief.product, brief.setting and so on. Run again after it \
            broke off, it buys nothing twice and fetches what is missing.
            """)

    @OptionGroup var options: ServerOptions

    @Option(help: "The product photo.")
    var photo: String?

    @Option(help: "A photo that was uploaded before.")
    var fileID: String?

    @Option(help: "The UGC format; 'placemint formats' lists them.")
    var format: String?

    @Option(help: "What is said in the clip, word for word.")
    var say: String?

    @Option(help: "The whole prompt, instead of format and words.")
    var prompt: String?

    @Option(
        name: .customLong("brief"),
        help: "A field of the brief: product=\"Mug\". Several times for several fields.")
    var brief: [String] = []

    @Option(help: "The model; 'placemint models' lists them.")
    var model: String?

    @Option(help: "The length in seconds.")
    var seconds: Int?

    @Option(help: "Width and height, such as 720x1280.")
    var size: String?

    @Option(help: "What fills the frame around the photo: soft or plain.")
    var backdrop: String?

    @Option(name: [.short, .long], help: "Where the clip goes.")
    var output: String?

    @Option(help: "A CSV table with an order in each row.")
    var batch: String?

    @Option(help: "With --batch: how many at a time.")
    var jobs = 4

    @Option(
        name: .customLong("run"), help: "With --batch: a name that has the same rows made anew.")
    var runName = ""

    @Flag(name: [.short, .long], help: "Do not ask before buying.")
    var yes = false

    @Flag(help: "Do not wait: write the video's id and end.")
    var noWait = false

    @Flag(help: "Write over a file that is there.")
    var force = false

    func validate() throws {
        guard (1...20).contains(jobs) else { throw ValidationError("--jobs must be from 1 to 20") }
        guard photo == nil || fileID == nil else {
            throw ValidationError("--photo and --file-id are two photos")
        }
        for field in brief {
            let name = field.split(separator: "=", maxSplits: 1).first.map(String.init) ?? ""
            guard field.contains("="), OrderForm.briefNames.contains(name) else {
                throw ValidationError(
                    "--brief is NAME=TEXT, with NAME one of "
                        + OrderForm.briefNames.joined(separator: ", "))
            }
        }
        if batch == nil, prompt == nil, format == nil, say == nil, brief.isEmpty {
            throw ValidationError("say what to make: --format, --say, --brief or --prompt")
        }
    }

    /// What the options say of an order.
    private var fields: [String: String] {
        var fields: [String: String] = [:]
        fields["model"] = model
        fields["prompt"] = prompt
        fields["format"] = format
        fields["seconds"] = seconds.map(String.init)
        fields["size"] = size
        fields["backdrop"] = backdrop
        for field in brief {
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[OrderForm.briefPrefix + pair[0]] = String(pair[1])
        }
        fields["brief.line"] = say ?? fields["brief.line"]
        return fields
    }

    func run(_ client: StudioClient) async throws {
        if let batch {
            let run = BatchRun(
                client: client, jobs: jobs, isConfirmed: yes, json: options.json, force: force)
            return try await run.run(URL(filePath: batch), defaults: fields, name: runName)
        }
        let file = URL(filePath: output ?? "placemint.mp4")
        if !noWait { try file.refuseToOverwrite(force) }
        let order = OrderForm(fields, photo: try await uploadedPhoto(client))
        let quote = try await client.ask(
            "POST", "/v1/quotes", order.body(), as: QuoteReply.self
        ).value
        for warning in quote.warnings { Terminal.complain("Note: \(warning.message)") }
        try Confirmation.ask(
            "\(quote.seconds) s of \(quote.model), \(quote.size), for \(quote.credits) credits",
            isGiven: yes)
        try await make(order, client, into: file)
    }

    private func uploadedPhoto(_ client: StudioClient) async throws -> OrderForm.Photo? {
        if let fileID { return .uploaded(fileID) }
        guard let photo else { return nil }
        let form = try OrderForm.upload(of: URL(filePath: photo))
        return .uploaded(
            try await client.ask("POST", "/v1/files", form, as: FileReply.self).value.id)
    }

    private func make(_ order: OrderForm, _ client: StudioClient, into file: URL) async throws {
        let video = try await client.ask(
            "POST", "/v1/videos", order.body(), key: UUID().uuidString, as: VideoReply.self)
        let id = video.value.id
        if noWait {
            return options.json ? Terminal.say(video.json) : Terminal.say(id)
        }
        do {
            let done = try await VideoFollower(client: client, output: file).follow(id)
            try await client.download("/v1/videos/\(id.segment)/content", to: file)
            if options.json { Terminal.say(done) } else { Terminal.say(file.relativePath) }
        } catch let failed as VideoFollower.Failed {
            if options.json { Terminal.say(failed.json) }
            Terminal.complain("placemint: \(failed)")
            throw Ending.failed.code
        }
    }
}

/// A question before credits are spent.
enum Confirmation {
    /// - Throws: `ExitCode` when the answer is no, or nobody is there to give one.
    static func ask(_ what: String, isGiven: Bool) throws {
        guard !isGiven else { return Terminal.complain("\(what).") }
        guard Terminal.isWatched else {
            Terminal.complain("placemint: \(what). Nobody is here to confirm it: use --yes.")
            throw Ending.notConfirmed.code
        }
        let answer = Terminal.ask("\(what). Make it? [y/N] ")
        guard ["y", "yes"].contains(answer?.lowercased() ?? "") else {
            Terminal.complain("Nothing was bought.")
            throw Ending.notConfirmed.code
        }
    }
}
