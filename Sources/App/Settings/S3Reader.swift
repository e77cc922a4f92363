import Foundation
import ObjectStorage

/// Reads the group of settings that a bucket elsewhere needs. No error repeats a key.
struct S3Reader {
    private static let endpoint = "S3_ENDPOINT"

    private let values: SettingValues

    init(_ values: SettingValues) { self.values = values }

    /// - Returns: `nil` when files stay in the data folder.
    /// - Throws: `SettingsError` for a wrong value or a half-set group.
    func location() throws -> S3Location? {
        let region = values.text("S3_REGION")
        let bucket = values.text("S3_BUCKET")
        let id = values.text("S3_ACCESS_KEY_ID")
        let secret = values.text("S3_SECRET_ACCESS_KEY")
        let all = [
            (Self.endpoint, values.text("S3_ENDPOINT")), ("S3_REGION", region),
            ("S3_BUCKET", bucket), ("S3_ACCESS_KEY_ID", id), ("S3_SECRET_ACCESS_KEY", secret),
        ]
        guard let set = all.first(where: { $0.1 != nil }) else { return nil }
        if let missing = all.first(where: { $0.1 == nil }) {
            throw SettingsError(missing.0, "must be set when \(set.0) is")
        }
        return S3Location(
            endpoint: try address(), region: try plain("S3_REGION", region, /[A-Za-z0-9-]{1,40}/),
            bucket: try plain("S3_BUCKET", bucket, /[A-Za-z0-9][A-Za-z0-9._-]{0,99}/),
            accessKeyID: try plain("S3_ACCESS_KEY_ID", id, /[!-~&&[^\/,=]]{1,128}/),
            secretAccessKey: try plain("S3_SECRET_ACCESS_KEY", secret, /[!-~]{1,256}/))
    }

    private func address() throws -> URL {
        let url = try values.address("S3_ENDPOINT", standard: "")
        guard url.query() == nil, url.fragment() == nil, url.user() == nil else {
            throw SettingsError(
                Self.endpoint, "must be an address like https://s3.eu-central-1.amazonaws.com")
        }
        return url
    }

    private func plain(
        _ variable: String, _ text: String?, _ form: Regex<Substring>
    ) throws -> String {
        guard let text, text.wholeMatch(of: form) != nil else {
            throw SettingsError(variable, "has characters that it cannot have, or too many")
        }
        return text
    }
}
