import Foundation

/// A page of `ListObjectsV2`.
struct S3Listing: Equatable, Sendable {
    let objects: [StoredObject]
    /// Where the next page begins, in the server's words.
    let next: String?

    /// `nil` for what is no listing.
    init?(_ data: Data) {
        let text = XMLText(data)
        guard let isTruncated = text.value("IsTruncated") else { return nil }
        next = isTruncated == "true" ? text.value("NextContinuationToken") : nil
        if isTruncated == "true", next == nil { return nil }
        objects = text.all("Contents").compactMap { item in
            guard let name = item.value("Key"), let bytes = item.value("Size").flatMap({ Int($0) })
            else { return nil }
            return StoredObject(
                name: name, bytes: bytes,
                changedAt: item.value("LastModified").flatMap(Self.date) ?? .now)
        }
    }

    /// With and without fractions of a second.
    private static func date(_ text: String) -> Date? {
        let styles = [true, false].map {
            Date.ISO8601FormatStyle(includingFractionalSeconds: $0)
        }
        // What neither of them reads is no date.
        return styles.lazy.compactMap { try? $0.parse(text) }.first
    }
}
