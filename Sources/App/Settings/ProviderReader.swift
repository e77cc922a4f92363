import Foundation
import VideoModels

/// Reads the settings of the providers of video models. No error repeats a key.
struct ProviderReader {
    private let values: SettingValues

    init(_ values: SettingValues) { self.values = values }

    /// - Throws: `SettingsError` for a wrong value or a half-set group.
    func providers() throws -> Settings.ProviderSettings {
        Settings.ProviderSettings(
            videosAPI: try videosAPI(),
            gemini: try keyed("GEMINI_API_KEY", "GEMINI_API_BASE", Gemini.standardBase)
                .map { access in
                    var access = access
                    access.webhookSecret = try secret("GEMINI_WEBHOOK_SECRET")
                    return access
                },
            fal: try keyed("FAL_KEY", "FAL_API_BASE", Fal.standardBase),
            runway: try keyed("RUNWAY_API_KEY", "RUNWAY_API_BASE", Runway.standardBase))
    }

    /// Servers of one's own need no key, and may stand anywhere in one's network.
    private func videosAPI() throws -> Settings.ProviderSettings.Access? {
        guard let text = values.text("VIDEOS_API_BASE") else {
            for variable in ["VIDEOS_API_KEY", "VIDEOS_API_WEBHOOK_SECRET"]
            where values.text(variable) != nil {
                throw SettingsError(variable, "does nothing without VIDEOS_API_BASE")
            }
            return nil
        }
        guard let url = URL(string: text), url.host() != nil,
            ["http", "https"].contains(url.scheme ?? "")
        else {
            throw SettingsError("VIDEOS_API_BASE", "must be an address like https://host/v1")
        }
        let isBare = ["", "/"].contains(url.path)
        return Settings.ProviderSettings.Access(
            base: isBare ? url.appending(path: "v1") : url, key: values.text("VIDEOS_API_KEY"),
            webhookSecret: try secret("VIDEOS_API_WEBHOOK_SECRET"))
    }

    private func keyed(
        _ key: String, _ base: String, _ standard: String
    ) throws -> Settings.ProviderSettings.Access? {
        guard let secret = values.text(key) else {
            guard values.text(base) == nil else {
                throw SettingsError(base, "does nothing without \(key)")
            }
            return nil
        }
        return Settings.ProviderSettings.Access(
            base: try values.address(base, standard: standard), key: secret)
    }

    private func secret(_ variable: String) throws -> String? {
        guard let secret = values.text(variable) else { return nil }
        guard StandardWebhook(secret: secret) != nil else {
            throw SettingsError(variable, "is not a signing secret, whsec_ and base64")
        }
        return secret
    }
}
