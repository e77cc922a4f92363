import Foundation

/// Why a bucket did not do it. The description is for operators and holds no key.
package enum BucketError: Error, Equatable {
    case notFound
    /// It may work later, by itself or once the operator has mended something.
    case unavailable(String)
    /// There is no room: here, or in the bucket.
    case full(String)

    /// - Parameter error: what working with a file on this machine came to.
    package init(ofFile error: any Error) {
        switch error {
        case let error as BucketError: self = error
        case _ where Self.isOutOfSpace(error): self = .full("no space left on this machine's disk")
        default: self = .unavailable(error.localizedDescription)
        }
    }

    /// Whether a disk, or somebody's share of it, is full.
    package static func isOutOfSpace(_ error: any Error) -> Bool {
        if case .full = error as? BucketError { return true }
        if (error as? CocoaError)?.code == .fileWriteOutOfSpace { return true }
        let numbers =
            [error as NSError]
            + [(error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError].compactMap { $0 }
        return numbers.contains {
            $0.domain == NSPOSIXErrorDomain && [ENOSPC, EDQUOT, EFBIG].contains(Int32($0.code))
        }
    }
}

extension BucketError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound: "there is no such object"
        case .unavailable(let reason): "the object storage failed: \(reason)"
        case .full(let reason): "the object storage is full: \(reason)"
        }
    }
}
