package import Foundation
package import Outbound

/// A bucket that speaks S3's protocol: Supabase's storage, AWS, R2, MinIO.
///
/// Objects are at most 200 MB, and one PUT takes 5 GB: nothing is sent in parts, so nothing
/// half sent is ever kept there.
package struct S3Bucket: Bucket {
    /// What a browser was sent to stays the same for this long, so that it finds the bytes in its
    /// cache; and works for at least twice as long again: a clip is loaded within seconds.
    private static let linkStep = 300
    private static let linkSeconds = 900
    /// What is stored under a key never changes.
    private static let caching = "private, max-age=31536000, immutable"
    private static let sumHeader = "x-amz-checksum-sha256"
    private static let longestLink = 7 * 86_400
    private static let pageSize = 1000

    private let client: S3Client

    package init(_ location: S3Location, transport: Transport) {
        client = S3Client(location, transport: transport)
    }

    // MARK: Objects

    /// The sum travels signed and in a header of its own, and AWS, R2 and MinIO refuse bytes that
    /// do not have it. Who does not repeat it, as Supabase's storage does not, is asked what came.
    package func put(
        _ file: URL, as key: ObjectKey, type: String, facts: FileFacts
    ) async throws {
        let sum = facts.sha256.base64EncodedString()
        let request = S3Client.Request(
            method: "PUT", name: key.value, headers: ["content-type": type, Self.sumHeader: sum],
            loose: ["cache-control": Self.caching], payload: facts.hex)
        let answer = try await client.answer(to: request) { [client] url, headers in
            try await client.transport.upload(
                "PUT", url, headers: headers, file: file, limits: S3Client.fileLimits)
        }
        guard answer.headers[Self.sumHeader] != sum else { return }
        let stored = try await client.ask(.init(method: "HEAD", name: key.value))
        guard stored.headers["content-length"].flatMap({ Int($0) }) == facts.bytes else {
            throw BucketError.unavailable("what was stored is not as long as what was sent")
        }
    }

    package func fetch(_ key: ObjectKey, to file: URL) async throws {
        _ = try await client.answer(to: .init(method: "GET", name: key.value)) {
            [client] url, headers in
            try await client.transport.receive(
                "GET", url, headers: headers, to: file, limits: S3Client.fileLimits)
        }
    }

    package func remove(_ key: ObjectKey) async throws {
        do {
            try await client.ask(.init(method: "DELETE", name: key.value))
        } catch BucketError.notFound {
            // Most say that it is removed; some, that it was not there.
        }
    }

    /// There is none: see above. A PUT whose answer was lost has a row, and is swept by it.
    package func discardUnfinished(after age: Duration) async throws {}

    package func contains(_ key: ObjectKey) async throws -> Bool {
        do {
            try await client.ask(.init(method: "HEAD", name: key.value))
            return true
        } catch BucketError.notFound {
            return false
        }
    }

    // MARK: Addresses

    package func delivery(
        of key: ObjectKey, as presentation: Presentation
    ) async throws -> Delivery {
        let now = Int(Date().timeIntervalSince1970)
        let start = Date(timeIntervalSince1970: Double(now / Self.linkStep * Self.linkStep))
        let query = presentation.disposition.map { [("response-content-disposition", $0)] } ?? []
        return .redirect(
            client.link(to: key.value, from: start, for: Self.linkSeconds, query: query))
    }

    package func link(to key: ObjectKey, for time: Duration) -> URL? {
        let seconds = min(max(Int(time.components.seconds), 1), Self.longestLink)
        return client.link(to: key.value, from: Date(), for: seconds)
    }

    // MARK: Listing

    package func list(_ page: ([StoredObject]) async throws -> Void) async throws {
        var token: String?
        while true {
            var query = [("list-type", "2"), ("max-keys", String(Self.pageSize))]
            if let token { query.append(("continuation-token", token)) }
            let listing = S3Listing(try await client.ask(.init(method: "GET", query: query)).body)
            guard let listing else { throw BucketError.unavailable("the listing is not one") }
            try await page(listing.objects)
            guard let next = listing.next else { return }
            guard next != token else {
                throw BucketError.unavailable("the listing goes round in circles")
            }
            token = next
        }
    }
}
