import Hummingbird
import Studio
import VideoModels

/// What can be asked for: models, formats and packs. Nobody needs to sign in to look.
struct CatalogueController {
    let studio: Studio
    /// The server's start, as there is no other date to a model here.
    let startedAt: Int

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.get("models", use: models)
            .get("models/{id}", use: model)
            .get("formats", use: formats)
            .get("credits/packs", use: packs)
    }

    /// OpenAI's Model object, with what the catalogue knows beside its fields.
    private struct ModelReply: Encodable {
        let model: ModelSummary
        let created: Int
        /// Until when the model's provider is left alone.
        let pausedUntil: Int?

        private enum CodingKeys: String, CodingKey {
            case object, created, available
            case ownedBy = "owned_by"
            case pausedUntil = "unavailable_until"
        }

        func encode(to encoder: any Encoder) throws {
            try model.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode("model", forKey: .object)
            try container.encode(created, forKey: .created)
            try container.encode(model.provider.rawValue, forKey: .ownedBy)
            try container.encode(pausedUntil == nil, forKey: .available)
            try container.encodeIfPresent(pausedUntil, forKey: .pausedUntil)
        }
    }

    private struct Models: Encodable {
        let object = "list"
        let data: [ModelReply]
        let defaultModel: String

        enum CodingKeys: String, CodingKey {
            case object, data
            case defaultModel = "default_model"
        }
    }

    private struct Formats: Encodable {
        let object = "list"
        let data: [FormatSummary]
    }

    @Sendable func models(_ request: Request, _ context: StudioContext) throws -> Response {
        let models = studio.catalogue.models.map(reply)
        return try JSONReply(
            Models(data: models, defaultModel: studio.catalogue.defaultModelID)
        ).response()
    }

    @Sendable func model(_ request: Request, _ context: StudioContext) throws -> Response {
        guard let model = studio.catalogue.model(named: context.parameters.get("id") ?? "") else {
            throw APIError(.notFound, .modelNotFound, "There is no such model.")
        }
        return try JSONReply(reply(model)).response()
    }

    @Sendable func formats(_ request: Request, _ context: StudioContext) throws -> Response {
        try JSONReply(Formats(data: studio.formats.formats.map(FormatSummary.init))).response()
    }

    private struct Packs: Encodable {
        let object = "list"
        let data: [CreditPack]
    }

    @Sendable func packs(_ request: Request, _ context: StudioContext) throws -> Response {
        try JSONReply(Packs(data: studio.catalogue.packs)).response()
    }

    private func reply(_ model: CatalogueModel) -> ModelReply {
        ModelReply(
            model: ModelSummary(model), created: startedAt,
            pausedUntil: studio.availability.pause(of: model.provider.rawValue)?.unixSeconds)
    }
}
