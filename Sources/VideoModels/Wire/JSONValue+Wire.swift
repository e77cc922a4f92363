import Foundation

extension JSONValue {
    /// Numbers that some providers write as text, and the other way round.
    var number: Double? {
        switch self {
        case .integer(let whole): Double(whole)
        case .number(let number): number
        case .string(let text): Double(text)
        default: nil
        }
    }

    var arrayValue: [JSONValue]? {
        if case .array(let items) = self { items } else { nil }
    }

    /// As a request's body: keys in order, slashes as they are.
    var encoded: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A JSON value always encodes: it holds no NaN, as no JSON did that it was read from.
        return (try? encoder.encode(self)) ?? Data()
    }
}

extension [String: JSONValue] {
    /// Puts the members of another object over this one's.
    mutating func add(_ members: JSONValue?) {
        guard let members = members?.objectValue else { return }
        merge(members) { $1 }
    }
}

extension ClipRequest {
    /// The first frame's bytes.
    /// - Throws: `VideoModelError` when they cannot be read: nothing was asked of anybody yet.
    func frame() throws -> Data? {
        guard let firstFrame else { return nil }
        do {
            return try Data(contentsOf: firstFrame)
        } catch {
            throw VideoModelError(.notStarted(retryAfter: nil), "the first frame is gone: \(error)")
        }
    }

    /// The first frame as an address: where it can be fetched, else a data URL.
    func frameURL() throws -> JSONValue? {
        if let frameLink { return .string(frameLink.absoluteString) }
        return try frame().map { .string("data:image/jpeg;base64," + $0.base64EncodedString()) }
    }
}
