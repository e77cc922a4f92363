import Foundation
import Outbound
import VideoModels

/// The models that can be served here, as the catalogue and the settings say.
struct ModelDesk: Sendable {
    /// Only what can be served.
    let catalogue: Catalogue
    /// By catalogue id.
    let models: [String: any VideoModel]
    /// By the provider's name in the address.
    let webhooks: [String: any ProviderWebhook]

    init(_ settings: Settings, transport: Transport) throws {
        let access = settings.providers
        let webhook = settings.reachableURL.map {
            $0.appending(path: "webhooks/videos/\(ModelProvider.fal.rawValue)")
        }
        let makers: [ModelProvider: @Sendable (CatalogueModel) -> (any VideoModel)?] = [
            .animatic: { _ in Animatic() },
            .videosAPI: { model in
                access.videosAPI.map { access in
                    VideosAPI(
                        model,
                        host: VideosAPI.host(
                            base: access.base, key: access.key,
                            authHeader: model.options["auth_header"]?.stringValue,
                            transport: transport),
                        reachesFiles: settings.isBucketReachable(from: access.base))
                }
            },
            .gemini: { model in
                access.gemini.map {
                    Gemini(
                        model,
                        host: Gemini.host(base: $0.base, key: $0.key ?? "", transport: transport))
                }
            },
            .fal: { model in
                access.fal.map {
                    Fal(
                        model,
                        host: Fal.host(base: $0.base, key: $0.key ?? "", transport: transport),
                        webhook: webhook,
                        reachesFiles: settings.isBucketReachable(from: $0.base))
                }
            },
            .runway: { model in
                access.runway.map {
                    Runway(
                        model,
                        host: Runway.host(base: $0.base, key: $0.key ?? "", transport: transport))
                }
            },
        ]
        let all = try Catalogue.load(settings.catalogueFile)
        models = all.models.filter(\.isOffered).reduce(into: [:]) { models, model in
            models[model.id] = makers[model.provider]?(model).map {
                MeasuredModel($0, name: model.id, provider: model.provider.rawValue)
            }
        }
        let known = models
        catalogue = all.offered { known[$0.id] != nil }
        webhooks = Self.webhooks(access, transport)
    }

    private static func webhooks(
        _ access: Settings.ProviderSettings, _ transport: Transport
    ) -> [String: any ProviderWebhook] {
        var webhooks: [String: any ProviderWebhook] = [:]
        webhooks[ModelProvider.videosAPI.rawValue] = access.videosAPI?.webhookSecret
            .flatMap(StandardWebhook.init)
        webhooks[ModelProvider.gemini.rawValue] = access.gemini?.webhookSecret
            .flatMap(StandardWebhook.init)
        webhooks[ModelProvider.fal.rawValue] = access.fal.flatMap { access in
            let isStandard = access.base.absoluteString == Fal.standardBase
            let keys =
                isStandard
                ? URL(string: FalWebhook.standardKeys)
                : access.base.appending(path: ".well-known/jwks.json")
            return keys.map { FalWebhook(keys: $0, transport: transport) }
        }
        return webhooks
    }
}

extension Settings {
    /// Where providers can reach this server, if they can: on the internet, or on this machine when
    /// the provider is a stand-in here too.
    fileprivate var reachableURL: URL? {
        guard isLoopback else { return publicURL }
        let isHere = providers.fal?.base.host() == "127.0.0.1"
        return isHere ? URL(string: "http://127.0.0.1:\(port)") : nil
    }
}
