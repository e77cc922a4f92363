import Crypto
package import Foundation
import Ledger
import Media
package import Postgres
package import VideoModels

/// The counter: prices orders and takes them.
package struct Studio: Sendable {
    /// Jobs one person may have under way: one person's pile must not become everybody's queue.
    package static let unfinishedLimit = 20
    /// About what a clip takes: each video somebody has under way puts their next one that much
    /// further back in the queue, so that one person's pile does not stand before another's first.
    private static let turnSeconds = 60

    package let catalogue: Catalogue
    package let formats: FormatLibrary
    package let availability: Availability
    private let pool: Pool

    /// - Parameters:
    ///   - catalogue: only the models that can be served here.
    ///   - availability: what is known of their providers.
    package init(
        pool: Pool, catalogue: Catalogue, formats: FormatLibrary,
        availability: Availability = Availability()
    ) {
        self.pool = pool
        self.availability = availability
        self.catalogue = catalogue
        self.formats = formats
    }

    // MARK: Pricing

    /// Prices an order, composes its prompt and says what is worth knowing about it. Nothing is
    /// written.
    /// - Throws: `QuoteError`, `OrderError`.
    package func quote(_ order: Order) throws -> (Quotation, warnings: [PromptWarning]) {
        let quotation = try price(order)
        let seconds = quotation.quote.seconds
        if let prompt = order.prompt {
            return (quotation, PromptComposer.lint(prompt: prompt, seconds: seconds))
        }
        return (quotation, try composition(of: order, quotation.format, quotation.quote).warnings)
    }

    private func price(_ order: Order) throws -> Quotation {
        let model = try catalogue.requestedModel(order.model)
        let quote = try model.quote(
            size: order.size, seconds: order.seconds, hasReference: order.image != nil)
        let format = try format(of: order)
        let prompt = try order.prompt ?? composition(of: order, format, quote).prompt
        guard !prompt.unicodeScalars.contains("\0") else {
            throw OrderError(.invalidRequest, "prompt", "The prompt contains a NUL character.")
        }
        try model.check(prompt: prompt)
        return Quotation(order: order, quote: quote, format: format, prompt: prompt)
    }

    private func format(of order: Order) throws -> Format? {
        guard let id = order.format else {
            return order.brief == nil || order.prompt != nil ? nil : formats.formats.first
        }
        guard let format = formats.format(id) else {
            throw OrderError(.notFound, "format", "There is no format \"\(id.prefix(40))\".")
        }
        return format
    }

    private func composition(
        of order: Order, _ format: Format?, _ quote: Quote
    ) throws -> ComposedPrompt {
        guard let format else {
            throw OrderError(.promptRequired, "prompt", "Say what the clip should show.")
        }
        return PromptComposer.compose(
            format: format, brief: order.brief ?? .empty, seconds: quote.seconds,
            promptLimit: quote.model.promptLimit)
    }

    /// How a job's clip is cut, from its format and brief.
    package func storyboard(of job: Job) -> Storyboard {
        let format = job.format.flatMap { formats.format($0) } ?? formats.formats.first
        guard let format else { return Storyboard(shots: [.init(move: .push, share: 1)]) }
        return Storyboard(format: format, brief: job.brief ?? .empty)
    }

    // MARK: Taking orders

    /// A name the caller gives an order, so that sending it twice is not ordering twice.
    package struct IdempotencyKey: Sendable {
        let key: String
        let requestHash: String

        /// - Parameters:
        ///   - key: 1 to 255 characters. `nil` for anything else.
        ///   - request: what tells this request from others; the same key with another request
        ///     is a mistake.
        package init?(_ key: String, request: Data) {
            guard (1...255).contains(key.count) else { return nil }
            self.key = key
            requestHash = SHA256.hash(data: request)
                .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    /// Takes an order: one transaction debits the balance and makes the job, or does neither.
    /// - Parameters:
    ///   - requestID: of the request it came with, for the log.
    ///   - allowance: of the program that orders in the person's name.
    /// - Returns: the job, and whether it was made by an earlier request with the same key.
    /// - Throws: `QuoteError`, `OrderError`, `LedgerError`.
    package func take(
        _ order: Order, from user: ID<User>, key: IdempotencyKey? = nil, requestID: String? = nil,
        within allowance: Allowance? = nil
    ) async throws -> (job: Job, isReplay: Bool) {
        if let key, let job = try await replay(key, of: user) { return (job, true) }
        let quotation = try price(order)
        try checkAvailable(quotation.quote.model)
        do {
            let job = try await pool.transaction { transaction in
                try Self.take(
                    quotation, from: user,
                    Origin(key: key, requestID: requestID, allowance: allowance), in: transaction)
            }
            return (job, false)
        } catch {
            // Its twin may have won the race for the key, or for the last credits.
            if let key, let job = try await replay(key, of: user) { return (job, true) }
            throw error
        }
    }

    /// Better no order than one that waits for the operator.
    private func checkAvailable(_ model: CatalogueModel) throws {
        guard availability.pause(of: model.provider.rawValue) != nil else { return }
        throw OrderError(
            .modelUnavailable, "model",
            "\(model.name) is temporarily unavailable. Try another model, or come back later. "
                + "You were not charged.")
    }

    /// The job that an earlier request with this key made.
    /// - Throws: `OrderError` `idempotency_key_reused` when that was another request.
    package func replay(_ key: IdempotencyKey, of user: ID<User>) async throws -> Job? {
        let rows = try await pool.rows(
            """
            SELECT request_hash, \(Job.columns) FROM public.jobs
            WHERE user_id = \(user) AND idempotency_key = \(key.key)
            """, as: .service)
        guard let row = rows.first else { return nil }
        guard try row.optional("request_hash") == key.requestHash else {
            throw OrderError(
                .idempotencyKeyReused, nil,
                "This Idempotency-Key was used with another request. Use a new one.")
        }
        return try Job(row)
    }

    /// How an order came.
    private struct Origin: Sendable {
        let key: IdempotencyKey?
        let requestID: String?
        let allowance: Allowance?
    }

    private static func take(
        _ quotation: Quotation, from user: ID<User>, _ origin: Origin,
        in transaction: Transaction
    ) throws -> Job {
        let id = ID<Job>.new()
        let order = quotation.order
        let cost = Credits(quotation.quote.credits)
        // Where nothing else is to be looked at, all goes in one round trip.
        let isPlain = order.image == nil && order.remixedFrom == nil && origin.allowance == nil
        let along = isPlain ? [try insertion(quotation, id, user, origin, nil)] : []
        var method: Job.RemixMethod?
        var row = try Ledger.spend(
            cost, by: user, reference: "\(id)", note: Job.ledgerNote, along: along,
            in: transaction
        ).rows.first?.first
        if !isPlain {
            try origin.allowance?.check(cost, in: transaction)
            try checkImage(of: order, by: user, in: transaction)
            method = try remixMethod(
                of: order, quotation.quote.model, by: user, in: transaction)
            row = try transaction.row(try insertion(quotation, id, user, origin, method))
        }
        // Workers look every second anyway, and tell of the video when they take it up.
        transaction.announce(
            Notice(JobQueue.workChannel, ""),
            Notice(Notice.eventChannel, "video \(user) \(id)"), .credits(of: user))
        guard let row else { throw PostgresError.disconnected("no row") }
        try checkUnfinished(row)
        return Job(
            id, quotation, by: user, requestID: origin.requestID, remixMethod: method,
            createdAt: try row.value("created_at"), deadline: try row.value("deadline_at"))
    }

    /// Throwing undoes the debit and the job, with which the others were counted.
    private static func checkUnfinished(_ row: Row) throws {
        guard try row.value("unfinished", as: Int.self) < unfinishedLimit else {
            throw OrderError(
                .tooManyUnfinished, nil,
                "You have \(unfinishedLimit) videos under way. Wait for one to finish.")
        }
    }

    /// Holds the photo's row, so that it cannot be deleted before the job is there to keep it.
    private static func checkImage(
        of order: Order, by user: ID<User>, in transaction: Transaction
    ) throws {
        guard let image = order.image else { return }
        let row = try transaction.row(
            """
            SELECT \(Asset.columns) FROM public.assets
            WHERE id = \(image) AND user_id = \(user) AND kind = 'product_image'
              AND stored_at IS NOT NULL AND deleted_at IS NULL
            FOR SHARE
            """)
        guard let row else {
            throw OrderError(.notFound, "input_reference", "There is no such photo.")
        }
        try order.checkCrop(of: try Asset(row).size)
    }

    /// Where the model can change a clip, and made the one to be changed, it does. Elsewhere a remix
    /// is a new clip from the same photo.
    private static func remixMethod(
        of order: Order, _ model: CatalogueModel, by user: ID<User>, in transaction: Transaction
    ) throws -> Job.RemixMethod? {
        guard let original = order.remixedFrom else { return nil }
        let row = try transaction.row(
            """
            SELECT FROM public.jobs
            WHERE id = \(original) AND user_id = \(user) AND model = \(model.id)
              AND status = 'completed' AND provider_job_id IS NOT NULL
            """)
        let edits = model.edits && row != nil
        guard edits || !order.mustEdit else {
            throw OrderError(
                .editsNotSupported, "video",
                model.edits
                    ? "Only a finished video of this model can be edited."
                    : "\(model.name) cannot change a video. A remix makes it anew.")
        }
        return edits ? .edit : .regenerate
    }

    private static func insertion(
        _ quotation: Quotation, _ id: ID<Job>, _ user: ID<User>, _ origin: Origin,
        _ remixMethod: Job.RemixMethod?
    ) throws -> SQL {
        let order = quotation.order
        let quote = quotation.quote
        // Counted after the spend, which holds the person's row: two orders cannot both be the last.
        return """
            WITH own AS (
              SELECT count(*) AS unfinished FROM public.jobs
              WHERE user_id = \(user) AND stage <> 'done'
            )
            INSERT INTO public.jobs
              (id, user_id, model, provider, format, brief, backdrop, prompt, seconds, size,
               credits, image_asset_id, crop, remixed_from, remix_method, idempotency_key,
               request_hash, request_id, api_key_id, queue_at, deadline_at)
            VALUES
              (\(id), \(user), \(quote.model.id), \(quote.model.provider.rawValue),
               \(quotation.format?.id), \(try order.brief.map(JSONB.init))::jsonb,
               \(order.backdrop.rawValue), \(quotation.prompt), \(quote.seconds),
               \(quote.size.description), \(quote.credits), \(order.image),
               \(try order.crop.map(JSONB.init))::jsonb, \(order.remixedFrom),
               \(remixMethod?.rawValue),
               \(origin.key?.key), \(origin.key?.requestHash), \(origin.requestID),
               \(origin.allowance?.key),
               now() + make_interval(secs => \(turnSeconds) * (SELECT unfinished FROM own)),
               now() + make_interval(secs => \(Int(quote.model.deadline.components.seconds))))
            RETURNING created_at, deadline_at, (SELECT unfinished FROM own) AS unfinished
            """
    }
}
