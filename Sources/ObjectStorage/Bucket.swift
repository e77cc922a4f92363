package import Foundation

/// Where photos and clips are kept: flat names to immutable bytes.
package protocol Bucket: Sendable {
    /// Stores a local file under a key. Whole or not at all; a second time replaces it.
    /// - Throws: `BucketError`.
    func put(_ file: URL, as key: ObjectKey, type: String) async throws

    /// Copies an object into a local file.
    /// - Throws: `BucketError.notFound`, `.unavailable`.
    func fetch(_ key: ObjectKey, to file: URL) async throws

    /// Removes an object. Removing what is not there is fine.
    /// - Throws: `BucketError.unavailable`.
    func remove(_ key: ObjectKey) async throws

    /// Removes what is left of `put`s that a dying process began and never ended.
    /// - Parameter age: a `put` that has not gone on for so long never will.
    /// - Throws: `BucketError.unavailable`.
    func discardUnfinished(after age: Duration) async throws

    /// How a client gets an object's bytes.
    /// - Throws: `BucketError.notFound`, `.unavailable`.
    func delivery(of key: ObjectKey) async throws -> Delivery
}

package enum Delivery: Sendable {
    /// The server sends this file.
    case file(URL)
    /// The client is sent to this signed address.
    case redirect(URL)
}

/// An object's name: made by us from ids, never from a user's file name.
package struct ObjectKey: Hashable, Sendable {
    package let value: String

    /// - Parameter value: `[a-z0-9/._-]`, in parts that are not empty and do not start with a dot.
    ///   `nil` for anything else, so that no key can name something outside the bucket.
    package init?(_ value: String) {
        let parts = value.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard value.utf8.count <= 200,
            parts.allSatisfy({ !$0.isEmpty && $0.first != "." && $0.utf8.allSatisfy(isPlain) })
        else { return nil }
        self.value = value
    }
}

package enum BucketError: Error, Equatable {
    case notFound
    case unavailable(String)
}

extension BucketError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound: "there is no such object"
        case .unavailable(let reason): "the object storage failed: \(reason)"
        }
    }
}
