package import Foundation
package import Ledger
package import Media
package import Postgres
import VideoModels

/// One clip somebody paid for, from the debit to the download.
package struct Job: Sendable {
    package enum Status: String, Sendable {
        case queued
        case inProgress = "in_progress"
        case completed, failed
    }

    package let id: ID<Job>
    package let user: ID<User>
    package let model: String
    package let provider: String
    package let format: String?
    package let brief: Brief?
    package let backdrop: FirstFrame.Backdrop
    package let prompt: String
    package let seconds: Int
    package let size: PixelSize
    package let credits: Credits
    package let image: ID<Asset>?
    /// The part of the photo that is used.
    package let crop: CropArea?
    package let video: ID<Asset>?
    package let poster: ID<Asset>?
    package let spritesheet: ID<Asset>?
    package let remixedFrom: ID<Job>?
    /// The x-request-id of its order.
    let requestID: String?
    /// The name its user gave it.
    private let ownTitle: String?
    package let createdAt: Date
    package let completedAt: Date?
    package let isCancelRequested: Bool
    /// How a remix was made: by changing the clip, or anew from the same photo.
    package let remixMethod: RemixMethod?
    /// Until when a failed job's clip is still taken.
    let lateUntil: Date?
    package let machine: JobMachine

    package enum RemixMethod: String, Sendable {
        case edit, regenerate
    }

    /// Failed, and yet there is a clip: it came after the deadline, at no charge.
    package var isLate: Bool { status == .failed && video != nil }

    package var status: Status { machine.status }

    var age: Duration { .seconds(-createdAt.timeIntervalSinceNow) }

    /// What it is called: by its user, or after what it shows.
    package var title: String {
        ownTitle ?? Self.title(brief, format: format, prompt: prompt)
    }

    /// `Mug, unboxing`, or the prompt's beginning where there is no such thing to say.
    static func title(_ brief: Brief?, format: String?, prompt: String) -> String {
        let words = [brief?.product, format?.replacing("-", with: " ")].compactMap { $0 }
        guard !words.isEmpty else { return String(prompt.prefix(40)) }
        let title = words.joined(separator: ", ")
        return title.prefix(1).uppercased() + title.dropFirst()
    }

    /// Characters that a title may have.
    package static let titleLimit = 80
}

extension Job {
    static let columns: SQL = """
        id, user_id, model, provider, format, brief, backdrop, prompt, seconds, size, credits,
        image_asset_id, crop, title, video_asset_id, poster_asset_id, spritesheet_asset_id, remixed_from,
        created_at, completed_at, cancel_requested_at IS NOT NULL AS cancelled, remix_method,
        late_until, request_id,
        stage, progress, provider_job_id, submit_token, attempts, started_at, rendered_at, deadline_at, error_code
        """

    init(_ row: Row) throws {
        let sizeText = try row.value("size", as: String.self)
        let backdropName = try row.value("backdrop", as: String.self)
        guard let size = PixelSize(sizeText),
            let backdrop = FirstFrame.Backdrop(rawValue: backdropName)
        else {
            throw PostgresError.decoding(column: "size", wanted: "a size", found: "'\(sizeText)'")
        }
        self.init(
            id: try row.value("id"), user: try row.value("user_id"), model: try row.value("model"),
            provider: try row.value("provider"), format: try row.optional("format"),
            brief: try row.optional("brief", as: JSONB<Brief>.self)?.value, backdrop: backdrop,
            prompt: try row.value("prompt"), seconds: try row.value("seconds"), size: size,
            credits: try row.value("credits"), image: try row.optional("image_asset_id"),
            crop: try row.optional("crop", as: JSONB<CropArea>.self)?.value,
            video: try row.optional("video_asset_id"),
            poster: try row.optional("poster_asset_id"),
            spritesheet: try row.optional("spritesheet_asset_id"),
            remixedFrom: try row.optional("remixed_from"),
            requestID: try row.optional("request_id"), ownTitle: try row.optional("title"),
            createdAt: try row.value("created_at"),
            completedAt: try row.optional("completed_at"),
            isCancelRequested: try row.value("cancelled"),
            remixMethod: try row.optional("remix_method", as: String.self)
                .flatMap(RemixMethod.init),
            lateUntil: try row.optional("late_until"), machine: try JobMachine(row))
    }

    /// As it is when it has just been ordered.
    init(
        _ id: ID<Job>, _ quotation: Quotation, by user: ID<User>, requestID: String?,
        remixMethod: RemixMethod?, createdAt: Date, deadline: Date
    ) {
        let order = quotation.order
        let quote = quotation.quote
        self.init(
            id: id, user: user, model: quote.model.id, provider: quote.model.provider.rawValue,
            format: quotation.format?.id, brief: order.brief, backdrop: order.backdrop,
            prompt: quotation.prompt, seconds: quote.seconds, size: quote.size,
            credits: Credits(quote.credits), image: order.image, crop: order.crop, video: nil,
            poster: nil, spritesheet: nil, remixedFrom: order.remixedFrom, requestID: requestID,
            ownTitle: nil, createdAt: createdAt, completedAt: nil, isCancelRequested: false,
            remixMethod: remixMethod, lateUntil: nil, machine: JobMachine(deadline: deadline))
    }
}

extension JobMachine {
    init(_ row: Row) throws {
        let stageName = try row.value("stage", as: String.self)
        guard let stage = Stage(rawValue: stageName) else {
            throw PostgresError.decoding(
                column: "stage", wanted: "a stage", found: "'\(stageName)'")
        }
        let failure = try row.optional("error_code", as: String.self)
            .map { JobFailure(code: JobFailure.Code(rawValue: $0) ?? .modelError) }
        self.init(
            stage: stage, progress: try row.value("progress"), attempts: try row.value("attempts"),
            submitToken: try row.optional("submit_token", as: UUID.self).map(SubmitToken.init),
            providerJobID: try row.optional("provider_job_id", as: String.self)
                .map(ProviderJobID.init),
            startedAt: try row.optional("started_at"), renderedAt: try row.optional("rendered_at"),
            deadline: try row.value("deadline_at"),
            failure: failure)
    }
}
