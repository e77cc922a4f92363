package import Foundation

/// `timestamptz`, in Postgres' ISO style with any offset: `2026-11-22 08:30:00.25+00`.
extension Date: SQLValue {
    package var sqlText: String {
        let microseconds = Int64((timeIntervalSince1970 * 1_000_000).rounded())
        let (days, time) = microseconds.quotientAndRemainder(dividingByEuclid: 86_400_000_000)
        let (year, month, day) = Self.civil(fromDays: days)
        let seconds = time / 1_000_000
        let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { Self.pad($0, to: 2) }
        return "\(Self.pad(year, to: 4))-\(Self.pad(month, to: 2))-\(Self.pad(day, to: 2)) "
            + parts.joined(separator: ":") + ".\(Self.pad(time % 1_000_000, to: 6))+00"
    }

    package init?(sqlText: String) {
        var text = TimestampReader(sqlText)
        guard let year = text.number(4), text.skips("-"), let month = text.number(2),
            text.skips("-"), let day = text.number(2), text.skips(" ") || text.skips("T"),
            let hour = text.number(2), text.skips(":"), let minute = text.number(2),
            text.skips(":"), let second = text.number(2), let fraction = text.fraction(),
            let offset = text.offset(), text.isAtEnd
        else { return nil }
        let days = Self.days(fromCivil: year, month, day)
        let whole = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.init(timeIntervalSince1970: Double(whole) + fraction)
    }

    // The proleptic Gregorian calendar by eras of 400 years, years starting in March: exact for
    // every date Postgres holds, and many times faster than a Calendar.
    private static func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.quotientAndRemainder(dividingByEuclid: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingByEuclid: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func pad(_ value: Int64, to width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    fileprivate func quotientAndRemainder(dividingByEuclid divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// Reads a timestamp byte by byte: rows have several, and a regular expression takes a hundred
/// times as long.
private struct TimestampReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skips(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// - Returns: `nil` unless exactly so many digits come next.
    mutating func number(_ width: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// One to six digits after a point; 0 without one.
    mutating func fraction() -> Double? {
        guard skips(".") else { return 0 }
        var (value, scale): (Int64, Int64) = (0, 1)
        while scale < 1_000_000, let digit = digit() {
            value = value * 10 + digit
            scale *= 10
        }
        return scale > 1 ? Double(value) / Double(scale) : nil
    }

    /// Seconds east of Greenwich: `+05`, `-03:30`.
    mutating func offset() -> Int64? {
        let isWest = skips("-")
        guard isWest || skips("+"), let hours = number(2) else { return nil }
        var seconds = hours * 3600
        if skips(":") {
            guard let minutes = number(2) else { return nil }
            seconds += minutes * 60
        }
        return isWest ? -seconds : seconds
    }

    private mutating func digit() -> Int64? {
        guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
            return nil
        }
        rest.removeFirst()
        return Int64(byte - UInt8(ascii: "0"))
    }
}
