import Foundation
import Testing

@testable import ObjectStorage

/// Signatures against those that botocore made of the same requests (Tests/Fakes/s3_fake/vectors).
@Suite struct SigV4Tests {
    struct Vectors: Decodable {
        struct Header: Decodable {
            let method: String
            let endpoint: URL
            let bucket: String
            let name: String?
            let query: [String: String]
            let headers: [String: String]
            let payload: String
            let authorization: String
        }

        struct Query: Decodable {
            let endpoint: URL
            let bucket: String
            let name: String
            let query: [String: String]
            let seconds: Int
            let path: String
            let signature: String
        }

        let key: String
        let secret: String
        let region: String
        let time: String
        let header: [Header]
        let query: [Query]

        func location(_ endpoint: URL, _ bucket: String) -> S3Location {
            S3Location(
                endpoint: endpoint, region: region, bucket: bucket, accessKeyID: key,
                secretAccessKey: secret)
        }

        var signer: SigV4 { SigV4(accessKeyID: key, secretAccessKey: secret, region: region) }

        /// 20261125T081503Z.
        var date: Date { Date(timeIntervalSince1970: 1_795_594_503) }
    }

    let vectors: Vectors

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/sigv4.json")
        vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
    }

    @Test func `headers are signed as botocore signs them`() {
        #expect(vectors.header.count == 6)
        for vector in vectors.header {
            let location = vectors.location(vector.endpoint, vector.bucket)
            let headers = vectors.signer.headers(
                of: .init(
                    method: vector.method, path: location.path(of: vector.name),
                    query: vector.query.map { ($0.key, $0.value) },
                    headers: vector.headers.merging(["host": location.authority]) { $1 }),
                payload: vector.payload, at: vectors.date)
            #expect(headers["x-amz-date"] == vectors.time)
            #expect(headers["authorization"] == vector.authorization, "\(vector.endpoint)")
        }
    }

    @Test func `addresses are signed as botocore signs them`() {
        #expect(vectors.query.count == 3)
        for vector in vectors.query {
            let location = vectors.location(vector.endpoint, vector.bucket)
            let path = location.path(of: vector.name)
            let query = vectors.signer.query(
                of: .init(
                    method: "GET", path: path, query: vector.query.map { ($0.key, $0.value) },
                    headers: ["host": location.authority]),
                for: vector.seconds, at: vectors.date)
            let url = location.url(path, query: query).absoluteString
            #expect(url.hasPrefix(vector.path + "?"))
            #expect(url.hasSuffix("&X-Amz-Signature=" + vector.signature), "\(url)")
        }
    }

    @Test(arguments: [
        ("https://s3.example", "s3.example"), ("https://s3.example:443/", "s3.example"),
        ("https://S3.Example:8443/a", "s3.example:8443"), ("http://127.0.0.1:80", "127.0.0.1"),
        ("http://127.0.0.1:9000/storage/v1/s3", "127.0.0.1:9000"),
        ("http://[::1]:9000", "[::1]:9000"),
    ])
    func `the host is signed as it is sent`(endpoint: String, authority: String) throws {
        let location = vectors.location(try #require(URL(string: endpoint)), "b")
        #expect(location.authority == authority)
    }
}
