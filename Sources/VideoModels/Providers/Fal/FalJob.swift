import Foundation

/// The addresses under which fal answers about one request. They are to be used as they come: the
/// address of a request is not made from the model's.
struct FalJob: Equatable, Sendable {
    let request: String
    let status: URL
    let response: URL
    let cancel: URL?

    init?(_ value: JSONValue?) {
        guard let request = value?["request_id"]?.stringValue, !request.isEmpty,
            let status = value?["status_url"]?.stringValue.flatMap(URL.init),
            let response = value?["response_url"]?.stringValue.flatMap(URL.init)
        else { return nil }
        self.request = request
        self.status = status
        self.response = response
        cancel = value?["cancel_url"]?.stringValue.flatMap(URL.init)
    }

    /// Request and addresses in one name, the request first: that part webhooks speak of.
    var name: ProviderJobID {
        let parts = [request, status.absoluteString, response.absoluteString]
        return ProviderJobID(
            (parts + [cancel?.absoluteString].compactMap { $0 }).joined(separator: " "))
    }

    init?(_ name: ProviderJobID) {
        let parts = name.value.split(separator: " ").map(String.init)
        guard parts.count >= 3, let status = URL(string: parts[1]),
            let response = URL(string: parts[2])
        else { return nil }
        request = parts[0]
        self.status = status
        self.response = response
        cancel = parts.count > 3 ? URL(string: parts[3]) : nil
    }
}
