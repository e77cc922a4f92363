import Foundation
import Logging

/// A line of JSON for every message: time, level, message, and the metadata beside them.
struct JSONLogHandler: LogHandler {
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(event.metadata ?? [:]) { $1 }
        if let error = event.error { fields["error"] = "\(error)" }
        // These three are ours, whatever the metadata has.
        fields["time"] = .string(Self.time(Date()))
        fields["level"] = .string(event.level.rawValue)
        fields["message"] = .string(event.message.description)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // What is in them always encodes: texts, whole numbers, and finite ones.
        guard let line = try? encoder.encode(fields.mapValues(Field.init)) else { return }
        Terminal.complain(String(decoding: line, as: UTF8.self))
    }

    /// RFC 3339, in UTC, with milliseconds.
    private static func time(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// A value of the metadata: numbers and switches stay what they are, for programs that compare.
    private struct Field: Encodable {
        let value: Logger.MetadataValue

        init(_ value: Logger.MetadataValue) { self.value = value }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch value {
            case .string(let text): try container.encode(text)
            case .dictionary(let values): try container.encode(values.mapValues(Field.init))
            case .array(let values): try container.encode(values.map(Field.init))
            case .stringConvertible(let value):
                switch value {
                case let number as Int: try container.encode(number)
                case let isSo as Bool: try container.encode(isSo)
                case let number as Double where number.isFinite: try container.encode(number)
                default: try container.encode(value.description)
                }
            }
        }
    }
}
