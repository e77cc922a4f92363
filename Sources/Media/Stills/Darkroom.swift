import CVips
import Foundation

/// Where libvips works: a few threads of its own, so that decoding a large photo never holds up
/// the cooperative pool, and waiting work costs no memory beyond its input.
enum Darkroom {
    /// Pictures worked on at once. A photo at the pixel limit may take 200 MB while it is decoded.
    private static let places = 2
    /// Threads libvips may use for one picture.
    private static let threadsPerPicture: CInt = 2

    private static let queue = {
        let queue = OperationQueue()
        queue.name = "darkroom"
        queue.maxConcurrentOperationCount = places
        return queue
    }()

    private static let started: Bool = {
        let loaders = PictureKind.allCases.map { UnsafePointer(strdup($0.loader)) }
        // vips keeps no reference to the names after the call.
        defer { loaders.forEach { free(UnsafeMutablePointer(mutating: $0)) } }
        return cvips_start(threadsPerPicture, loaders, CInt(loaders.count)) == 0
    }()

    /// Runs picture work on one of the threads.
    /// - Throws: what the work throws, or `CancellationError` when cancelled before its turn.
    static func develop<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try Task.checkCancellation()
        guard started else { throw ImageError.unreadable(detail: "libvips did not start") }
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation {
                continuation.resume(with: Swift.Result { try work() })
                vips_thread_shutdown()
            }
        }
    }
}
