import Foundation

/// A request's body as Stripe takes it: `application/x-www-form-urlencoded`, nested by brackets.
struct StripeForm: Equatable, Sendable {
    private(set) var fields: [(name: String, value: String)] = []

    subscript(name: String) -> String? {
        get { fields.last { $0.name == name }?.value }
        set {
            fields.removeAll { $0.name == name }
            if let newValue { fields.append((name, newValue)) }
        }
    }

    static func == (left: StripeForm, right: StripeForm) -> Bool {
        left.encoded == right.encoded
    }

    /// Everything but letters, digits and `-._~` is percent-encoded, also the braces of
    /// `{CHECKOUT_SESSION_ID}`.
    var encoded: String {
        fields.map { "\(Self.escape($0.name))=\(Self.escape($0.value))" }.joined(separator: "&")
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    private static func escape(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }
}
