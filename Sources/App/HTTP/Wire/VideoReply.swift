import Foundation
import Media
import Studio

/// A job as OpenAI's Video object, with what it was ordered with, `credits`, `stage` and signed
/// links beside its fields.
struct VideoReply: Encodable {
    let job: Job
    let links: MediaLinks

    init(_ job: Job, _ links: MediaLinks) {
        self.job = job
        self.links = links
    }

    private enum CodingKeys: String, CodingKey {
        case id, object, model, status, stage, progress, prompt, size, seconds, credits, format
        case error, title, brief, backdrop, crop
        case file = "file_id"
        case clipURL = "clip_url"
        case posterURL = "poster_url"
        case cancelRequested = "cancel_requested"
        case remixMethod = "remix_method"
        case createdAt = "created_at"
        case completedAt = "completed_at"
        case expiresAt = "expires_at"
        case remixedFrom = "remixed_from_video_id"
    }

    private struct Failure: Encodable {
        let code: String
        let message: String
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(WireID.video(job.id), forKey: .id)
        try container.encode("video", forKey: .object)
        try container.encode(job.model, forKey: .model)
        try container.encode(job.status.rawValue, forKey: .status)
        try container.encode(job.machine.stage.rawValue, forKey: .stage)
        try container.encode(job.machine.progress, forKey: .progress)
        try container.encode(job.prompt, forKey: .prompt)
        try container.encode(job.size.description, forKey: .size)
        try container.encode(String(job.seconds), forKey: .seconds)
        try container.encode(job.credits, forKey: .credits)
        try container.encode(job.format, forKey: .format)
        try container.encode(job.title, forKey: .title)
        try container.encode(job.brief, forKey: .brief)
        try container.encode(job.backdrop, forKey: .backdrop)
        try container.encode(job.crop, forKey: .crop)
        try container.encode(job.image.map(WireID.file), forKey: .file)
        try container.encode(job.video.map { links.url(of: $0) }, forKey: .clipURL)
        try container.encode(job.poster.map { links.url(of: $0) }, forKey: .posterURL)
        try container.encode(job.createdAt.unixSeconds, forKey: .createdAt)
        try container.encode(job.completedAt?.unixSeconds, forKey: .completedAt)
        try container.encodeNil(forKey: .expiresAt)
        try container.encode(job.remixedFrom.map(WireID.video), forKey: .remixedFrom)
        if job.remixedFrom != nil {
            try container.encode(job.remixMethod?.rawValue, forKey: .remixMethod)
        }
        if job.isCancelRequested { try container.encode(true, forKey: .cancelRequested) }
        try container.encode(
            job.machine.failure.map {
                Failure(code: $0.code.rawValue, message: job.message(of: $0))
            },
            forKey: .error)
    }
}

extension Job {
    fileprivate func message(of failure: JobFailure) -> String {
        guard isLate else { return failure.message }
        return failure.message + " It came after all: the clip is yours, free of charge."
    }
}

extension Date {
    var unixSeconds: Int { Int(timeIntervalSince1970) }
}
