import Hummingbird

/// A request context that knows the client's address.
protocol RemoteAddressContext: RequestContext {
    /// Without the port; `unknown` where there is none. The connection's other end, until
    /// `ClientAddress` has looked behind the proxies.
    var remoteAddress: String { get set }
}
