import Foundation
import Logging
import Media
import Outbound
import VideoModels

/// One real clip from a real model, past queue, credits and database: the check that keys, ids and
/// shapes still fit what a provider serves today. It costs what the provider charges.
package struct LiveClip: Sendable {
    private static let prompt =
        "The product from the photo stands on a wooden table in soft daylight. "
        + "A slow push in, no people, no text."

    private let model: CatalogueModel
    private let adapter: any VideoModel
    private let report: @Sendable (String) -> Void

    init(
        _ model: CatalogueModel, _ adapter: any VideoModel,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.model = model
        self.adapter = adapter
        self.report = report
    }

    /// Makes the shortest clip of the usual size.
    /// - Throws: `VideoModelError`, `ImageError`, `ClipError`.
    func make(from photo: URL, to output: URL) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "placemint-live-\(UUID().uuidString.lowercased())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // The temporary folder's to clean otherwise.
            try? FileManager.default.removeItem(at: folder)
        }
        let frame = folder.appending(path: "frame.jpg")
        let picture = try await Photo.normalise(try Data(contentsOf: photo))
        try await FirstFrame.compose(
            photo: picture.data, size: model.defaultSize, backdrop: .soft
        ).write(to: frame)
        let seconds = model.seconds.first ?? model.defaultSeconds
        report("Asking \(model.name) for \(seconds) s at \(model.defaultSize)")
        let request = ClipRequest(
            prompt: Self.prompt, seconds: seconds, size: model.defaultSize,
            firstFrame: model.reference == .none ? nil : frame,
            storyboard: Storyboard(shots: [.init(move: .push, share: 1)]))
        let creation = try await adapter.create(
            request, token: SubmitToken(UUID()), file: output, progress: { _ in })
        if case .accepted(let id, _) = creation {
            report("Accepted as \(id.value.prefix(60))")
            try await follow(id)
            try await adapter.download(id, to: output)
        }
        let facts = try await Clip.probe(file: output)
        report(
            "The clip: \(facts.size), \(facts.seconds.formatted()) s, "
                + "\(facts.hasAudio ? "with" : "without") sound, \(facts.bytes / 1000) kB")
    }

    private func follow(_ id: ProviderJobID) async throws {
        let end = ContinuousClock.now + model.deadline
        while ContinuousClock.now < end {
            switch try await adapter.status(of: id) {
            case .completed(let cost):
                if let cost { report("It cost \(cost.amount.formatted()) \(cost.unit)") }
                return
            case .failed(let error, _): throw error
            case .running(let progress, let hint):
                report("Rendering" + (progress.map { " \(Int($0 * 100)) %" } ?? ""))
                try await Task.sleep(for: hint ?? .seconds(5))
            }
        }
        throw VideoModelError(.transient, "not finished within the model's deadline")
    }
}
