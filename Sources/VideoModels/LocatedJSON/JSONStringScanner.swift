/// Reads one JSON string, from behind its opening quote to behind its closing one.
struct JSONStringScanner {
    struct Mistake: Error {
        let message: String
    }

    private let bytes: [UInt8]
    private(set) var position: Int

    init(bytes: [UInt8], position: Int) {
        self.bytes = bytes
        self.position = position
    }

    mutating func text() throws -> String {
        var utf8: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: utf8, as: UTF8.self)
            case UInt8(ascii: "\\"): utf8 += String(Character(try escape())).utf8
            case 0x00..<0x20: throw Mistake(message: "a line break or tab inside a text: write \\n")
            default: utf8.append(byte)
            }
        }
        throw Mistake(message: "a text has no closing quote")
    }

    private mutating func escape() throws -> Unicode.Scalar {
        guard position < bytes.count else {
            throw Mistake(message: "a text has no closing quote")
        }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "u"): return try scalar()
        default: throw Mistake(message: "\\\(Character(Unicode.Scalar(byte))) is no JSON escape")
        }
    }

    private mutating func scalar() throws -> Unicode.Scalar {
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(UInt16(unit)),
            bytes[min(position, bytes.count)...].starts(with: "\\u".utf8)
        else { throw Mistake(message: "half of a surrogate pair in a \\u escape") }
        position += 2
        let trail = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(trail),
            let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (trail - 0xDC00))
        else { throw Mistake(message: "half of a surrogate pair in a \\u escape") }
        return scalar
    }

    private mutating func hexadecimal() throws -> UInt32 {
        let digits = bytes[min(position, bytes.count)...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw Mistake(message: "\\u takes four hexadecimal digits") }
        position += 4
        return unit
    }
}
