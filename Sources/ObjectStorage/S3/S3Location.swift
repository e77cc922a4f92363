package import Foundation

/// Which bucket, where, and with which key.
package struct S3Location: Equatable, Sendable {
    /// `https://host[:port][/path]`. Buckets are addressed as its next part ("path style").
    package let endpoint: URL
    package let region: String
    package let bucket: String
    package let accessKeyID: String
    package let secretAccessKey: String

    package init(
        endpoint: URL, region: String, bucket: String, accessKeyID: String, secretAccessKey: String
    ) {
        self.endpoint = endpoint
        self.region = region
        self.bucket = bucket
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
    }

    /// Scheme, host and port, as a browser's policies name them.
    package var origin: String {
        "\(endpoint.scheme?.lowercased() ?? "https")://\(authority)"
    }

    /// Host, and port where it is not the scheme's own: what stands in the header `Host`.
    var authority: String {
        let text = endpoint.absoluteString
        let rest = text.range(of: "://").map { text[$0.upperBound...] } ?? text[...]
        let authority = rest.prefix { !"/?#".contains($0) }.lowercased()
        let usual = endpoint.scheme?.lowercased() == "http" ? ":80" : ":443"
        return authority.hasSuffix(usual) ? String(authority.dropLast(usual.count)) : authority
    }

    /// The path of an object, or of the bucket itself, percent-encoded once as S3 signs it.
    func path(of name: String? = nil) -> String {
        let root = endpoint.path(percentEncoded: false).split(separator: "/").map(String.init)
        let parts = root + [bucket] + (name.map { [$0] } ?? [])
        return "/" + parts.map { PercentEncoding.path($0) }.joined(separator: "/")
    }

    /// - Parameter query: encoded already.
    func url(_ path: String, query: String = "") -> URL {
        URL(string: origin + path + (query.isEmpty ? "" : "?" + query)) ?? endpoint
    }
}

extension S3Location: CustomStringConvertible {
    /// Without the keys.
    package var description: String { "\(bucket) at \(authority)" }
}

/// URI encoding as AWS's signatures define it: every byte but `A-Za-z0-9-._~` is `%XX`.
enum PercentEncoding {
    static func value(_ text: String) -> String { encode(text, keepsSlash: false) }

    /// Slashes stay: they part an object's name.
    static func path(_ text: String) -> String { encode(text, keepsSlash: true) }

    private static func encode(_ text: String, keepsSlash: Bool) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "/") where keepsSlash: encoded += "/"
            default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16).uppercased()
            }
        }
        return encoded
    }
}
