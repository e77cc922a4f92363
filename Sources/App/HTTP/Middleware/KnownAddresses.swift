import HTTPTypes
import Hummingbird
import Synchronization

/// Tells an address with other methods (405) from one that is none (404).
final class KnownAddresses: RouterMiddleware {
    typealias Context = StudioContext

    private struct Address: Sendable {
        let path: RouterPath
        var methods: [String]

        var parameters: Int { path.components.count { $0.description.hasPrefix("{") } }
    }

    private let addresses = Mutex<[Address]>([])

    /// Learns a router's routes, once they are all there.
    func learn(_ router: Router<StudioContext>) {
        var known: [String: Address] = [:]
        for route in router.routes {
            known[route.path.description, default: Address(path: route.path, methods: [])]
                .methods.append(route.method.rawValue)
        }
        let found = known.sorted { $0.key < $1.key }.map(\.value)
        addresses.withLock { $0 = found }
    }

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            let methods = methods(of: request.uri.path)
            guard !methods.isEmpty, !methods.contains(request.method.rawValue) else { throw error }
            var refusal = APIError(
                .methodNotAllowed, .methodNotAllowed,
                "\(request.method.rawValue.prefix(20)) is not possible here; "
                    + "\(methods.joined(separator: ", ")) is.")
            refusal.allowed = methods
            throw refusal
        }
    }

    /// The methods of the address that a path is, as the router finds it: by names before
    /// parameters.
    private func methods(of path: String) -> [String] {
        let known = addresses.withLock { $0 }
        let parts = path.split(separator: "/")
        let fitting = known.filter { $0.path.matches(parts) }
        guard let address = fitting.min(by: { $0.parameters < $1.parameters }) else { return [] }
        // Whoever may fetch something may ask for its headers.
        return (address.methods + (address.methods.contains("GET") ? ["HEAD"] : [])).sorted()
    }
}

extension RouterPath {
    fileprivate func matches(_ parts: [Substring]) -> Bool {
        components.count == parts.count && zip(components, parts).allSatisfy { $0 ~= $1 }
    }
}
