package import Foundation

/// Where photos and clips are kept: flat names to immutable bytes.
package protocol Bucket: Sendable {
    /// Stores a local file under a key. Whole or not at all; a second time replaces it.
    /// - Parameter facts: the file's size and sum, with which it is seen to have arrived whole.
    /// - Throws: `BucketError`. Where no answer came, the object may be there all the same.
    func put(_ file: URL, as key: ObjectKey, type: String, facts: FileFacts) async throws

    /// Copies an object into a local file.
    /// - Throws: `BucketError`; `.full` when it is this machine that has no room.
    func fetch(_ key: ObjectKey, to file: URL) async throws

    /// Removes an object. Removing what is not there is fine.
    /// - Throws: `BucketError`.
    func remove(_ key: ObjectKey) async throws

    /// Removes what is left of `put`s that a dying process began and never ended.
    /// - Parameter age: a `put` that has not gone on for so long never will.
    /// - Throws: `BucketError`.
    func discardUnfinished(after age: Duration) async throws

    /// How a client gets an object's bytes. A bucket elsewhere is not asked whether it is there.
    /// - Throws: `BucketError`.
    func delivery(of key: ObjectKey, as presentation: Presentation) async throws -> Delivery

    /// A signed address under which anybody may fetch the object for a while, or `nil` where the
    /// bucket has none.
    func link(to key: ObjectKey, for time: Duration) -> URL?

    /// Whether there is an object of that name.
    /// - Throws: `BucketError`.
    func contains(_ key: ObjectKey) async throws -> Bool

    /// Lists every object, some hundreds at a time, in no order one may count on.
    /// - Throws: `BucketError`, and what the closure throws.
    func list(_ page: ([StoredObject]) async throws -> Void) async throws
}

extension Bucket {
    /// Stores a file whose size and sum nobody has measured yet.
    /// - Throws: `BucketError`.
    package func put(_ file: URL, as key: ObjectKey, type: String) async throws {
        try await put(file, as: key, type: type, facts: FileFacts.measure(file))
    }
}

package enum Delivery: Sendable {
    /// The server sends this file.
    case file(URL)
    /// The client is sent to this signed address.
    case redirect(URL)
}

/// What a client is told beside the bytes.
package struct Presentation: Sendable {
    /// The `Content-Disposition`, for what is to be saved rather than shown.
    package var disposition: String?

    package init(disposition: String? = nil) { self.disposition = disposition }
}

/// An object as a bucket lists it.
package struct StoredObject: Equatable, Sendable {
    /// Mostly an `ObjectKey`; others may put into a bucket what they like.
    package let name: String
    package let bytes: Int
    package let changedAt: Date

    package init(name: String, bytes: Int, changedAt: Date) {
        self.name = name
        self.bytes = bytes
        self.changedAt = changedAt
    }
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
