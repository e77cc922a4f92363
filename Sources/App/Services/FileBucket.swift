import Foundation
import ObjectStorage
import Outbound

extension Settings {
    /// Where files are kept.
    /// - Throws: `BucketError` when the folder cannot be made.
    func fileBucket(_ folder: DataFolder, _ transport: Transport) throws -> any Bucket {
        guard let bucket else { return try DiskBucket(folder: folder.objects) }
        return S3Bucket(bucket, transport: transport)
    }

    /// Whether a provider at this address can fetch from the bucket, by a signed address: on the
    /// internet, or on this machine when the provider is a stand-in here too.
    func isBucketReachable(from provider: URL?) -> Bool {
        guard let bucket else { return false }
        let isHere = { (url: URL?) in ["127.0.0.1", "localhost"].contains(url?.host() ?? "") }
        return isHere(bucket.endpoint)
            ? isHere(provider) : bucket.endpoint.scheme?.lowercased() == "https"
    }
}
