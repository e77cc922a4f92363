import Hummingbird

/// A request context that knows the client's address.
protocol RemoteAddressContext: RequestContext {
    /// Without the port; `unknown` where there is none.
    var remoteAddress: String { get }
}
