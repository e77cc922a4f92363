import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import Postgres

/// Gives every request an id, says in the log how it was answered, and counts and times it.
///
/// The line has no address, no query, no header and no body: nothing that names a person or opens
/// a door.
struct RequestRecord: RouterMiddleware {
    typealias Context = StudioContext

    static let requestID: HTTPField.Name? = HTTPField.Name("x-request-id")
    /// As long as the ids that proxies make, with room to spare.
    private static let longestID = 64
    /// Asked every few seconds by machines, which nobody wants to read of.
    private static let probes: Set<String> = ["/healthz", "/readyz", "/metrics"]
    private static let methods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options,
    ]

    /// At which a request's line is written.
    let level: Logger.Level
    private let inFlight = Meter(label: "placemint_http_requests_in_flight")

    init(level: Logger.Level) { self.level = level }

    func handle(
        _ request: Request, context: StudioContext,
        next: @concurrent (Request, StudioContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let id = Self.id(of: request)
        var context = context
        context.requestID = id
        context.logger[metadataKey: "request.id"] = "\(id)"
        inFlight.increment()
        defer { inFlight.decrement() }
        var response = try await next(request, context)
        if let name = Self.requestID { response.headers[name] = id }
        record(request, response.status, context, took: .now - start)
        return response
    }

    /// The caller's own id, if it is one; otherwise a new one.
    static func id(of request: Request) -> String {
        if let name = requestID, let sent = request.headers[name],
            (1...longestID).contains(sent.utf8.count), sent.utf8.allSatisfy(\.isOfRequestID)
        {
            return sent
        }
        return "req_" + UUID().compact
    }

    private func record(
        _ request: Request, _ status: HTTPResponse.Status, _ context: StudioContext,
        took duration: Duration
    ) {
        let method = Self.methods.contains(request.method) ? request.method.rawValue : "other"
        let route = Self.route(of: request, status, context)
        Counter(
            label: "placemint_http_requests_total",
            dimensions: [("method", method), ("route", route), ("status", "\(status.code)")]
        ).increment()
        Self.timer(method, route, status).record(duration: duration)
        let milliseconds = (duration / .milliseconds(1) * 10).rounded() / 10
        context.logger.log(
            level: Self.probes.contains(route) ? min(level, .debug) : level, "Answered a request",
            metadata: [
                "http.method": "\(method)", "http.route": "\(route)",
                "http.status": .stringConvertible(status.code),
                "duration.ms": .stringConvertible(milliseconds),
            ])
    }

    private static func timer(
        _ method: String, _ route: String, _ status: HTTPResponse.Status
    ) -> CoreMetrics.Timer {
        CoreMetrics.Timer(
            label: "placemint_http_request_duration_seconds",
            dimensions: [
                ("method", method), ("route", route), ("status_class", "\(status.code / 100)xx"),
            ])
    }

    /// The route's pattern, which has no ids in it. What has no route is a file of the web client, a
    /// browser's question before a request, or nothing.
    private static func route(
        of request: Request, _ status: HTTPResponse.Status, _ context: StudioContext
    ) -> String {
        // Hummingbird's own names for files and for nothing begin with no slash.
        if let pattern = context.endpointPath, pattern.hasPrefix("/") { return pattern }
        if request.method == .options, status == .noContent { return "preflight" }
        return status.code < 400 ? "static" : "unmatched"
    }
}

extension UInt8 {
    /// Letters, digits, and what ids are held together with.
    fileprivate var isOfRequestID: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
