package import Foundation

/// A row's primary key, typed by what the row is, so that a job's id cannot be passed for a user's.
package struct ID<Entity>: Hashable, Sendable {
    package let uuid: UUID

    package init(_ uuid: UUID) { self.uuid = uuid }

    /// Parses the usual 36 characters. `nil` for anything else.
    package init?(_ text: String) {
        guard let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    /// A new id whose first 48 bits are the time (UUID version 7): ids made later sort later,
    /// which keeps indexes compact and lists stable.
    package static func new(at time: Date = Date()) -> ID {
        var bytes = UUID().uuid
        let milliseconds = UInt64(max(0, time.timeIntervalSince1970 * 1000))
        withUnsafeMutableBytes(of: &bytes) { raw in
            for index in 0..<6 {
                raw[index] = UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64(index)))
            }
            raw[6] = 0x70 | (raw[6] & 0x0F)
        }
        return ID(UUID(uuid: bytes))
    }
}

extension ID: CustomStringConvertible {
    /// Lower case with dashes, as Postgres prints it.
    package var description: String { uuid.uuidString.lowercased() }

    /// 32 hexadecimal digits, as ids appear on the wire behind their prefix.
    package var compact: String { uuid.compact }

    /// Parses `compact`. `nil` for anything else.
    package init?(compact: some StringProtocol) {
        guard compact.utf8.count == 32 else { return nil }
        var text = String(compact)
        for offset in [20, 16, 12, 8] {
            text.insert("-", at: text.utf8.index(text.startIndex, offsetBy: offset))
        }
        self.init(text)
    }
}

/// The person a row belongs to: what row level security calls `auth.uid()`.
package enum User {}

extension UUID {
    private static let digits = Array("0123456789abcdef".utf8)

    /// 32 hexadecimal digits in lower case, without dashes.
    package var compact: String {
        withUnsafeBytes(of: uuid) { bytes in
            String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
                for (index, byte) in bytes.enumerated() {
                    text[2 * index] = Self.digits[Int(byte >> 4)]
                    text[2 * index + 1] = Self.digits[Int(byte & 0xF)]
                }
                return 2 * bytes.count
            }
        }
    }
}
