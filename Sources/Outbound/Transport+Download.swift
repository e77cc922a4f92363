import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOFoundationEssentialsCompat
import NIOHTTP1

extension Transport {
    /// Where a file may come from.
    package struct Source: Sendable {
        package let url: URL
        /// Sent to `url`'s own origin alone, and not along a redirect to another.
        package let headers: [String: String]
        /// Hosts that the operator named in a setting: any address, http or https. Every other
        /// host has to be public and speak https.
        package let trustedHosts: Set<String>

        package init(url: URL, headers: [String: String] = [:], trustedHosts: Set<String>) {
            self.url = url
            self.headers = headers
            self.trustedHosts = trustedHosts
        }
    }

    /// A chain of more is a loop.
    private static let redirectLimit = 5

    /// Writes a file as it arrives, never more than the limit's bytes. Redirects are followed, each
    /// address checked like the first.
    /// - Returns: the answer's head, with an empty body.
    /// - Throws: `OutboundError`: with `.status`, and for what broke off, nothing worth keeping is
    ///   in the file; `CancellationError`.
    package func download(
        _ source: Source, to file: URL, limits: Limits
    ) async throws -> Answer {
        try await Self.within(limits.whole) {
            var url = source.url
            for _ in 0...Self.redirectLimit {
                let response = try await self.open(url, source, limits)
                let status = Int(response.status.code)
                if (300..<400).contains(status),
                    let place = response.headers.first(name: "location"),
                    let next = URL(string: place, relativeTo: url)?.absoluteURL
                {
                    url = next
                    continue
                }
                guard (200..<300).contains(status) else { throw OutboundError.status(status) }
                do {
                    try await Self.write(response.body, to: file, limit: limits.bytes)
                } catch {
                    throw try Self.problem(error, limits)
                }
                return Answer(
                    status: status, headers: Self.fields(response.headers), body: Data())
            }
            throw OutboundError.forbiddenAddress("too many redirects")
        }
    }

    private func open(
        _ url: URL, _ source: Source, _ limits: Limits
    ) async throws -> HTTPClientResponse {
        let host = url.host() ?? ""
        let isTrusted = source.trustedHosts.contains(host)
        guard url.scheme == "https" || (isTrusted && url.scheme == "http") else {
            throw OutboundError.forbiddenAddress("it is not https")
        }
        let first = source.url
        let isFirst = (url.scheme, host, url.port) == (first.scheme, first.host(), first.port)
        let request = Self.request("GET", url, isFirst ? source.headers : [:], nil)
        do {
            return try await (isTrusted ? client : publicClient)
                .execute(request, timeout: .init(limits.head))
        } catch {
            throw try Self.problem(error, limits)
        }
    }

    /// - Returns: how many bytes were written.
    @discardableResult
    static func write(
        _ body: HTTPClientResponse.Body, to file: URL, limit: Int
    ) async throws -> Int {
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
            throw OutboundError.unwritable("the file cannot be made")
        }
        let handle: FileHandle
        do {
            handle = try FileHandle(forWritingTo: file)
        } catch {
            throw OutboundError.unwritable(error.localizedDescription)
        }
        defer {
            // What was written is complete or thrown away.
            try? handle.close()
        }
        var count = 0
        for try await part in body {
            count += part.readableBytes
            guard count <= limit else { throw OutboundError.answerTooLarge(limit) }
            do {
                try handle.write(contentsOf: Data(buffer: part))
            } catch {
                throw OutboundError.unwritable(error.localizedDescription)
            }
        }
        return count
    }
}
