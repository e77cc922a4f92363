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
        let pattern =
            /(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-]\d\d)(?::(\d\d))?/
        guard let match = sqlText.wholeMatch(of: pattern)?.output,
            let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3),
            let hour = Int64(match.4), let minute = Int64(match.5), let second = Int64(match.6),
            let offsetHours = Int64(match.8)
        else { return nil }
        let fraction = match.7.flatMap { Double("0." + $0) } ?? 0
        let offsetMinutes = match.9.flatMap { Int64($0) } ?? 0
        let sign: Int64 = match.8.hasPrefix("-") ? -1 : 1
        let offset = offsetHours * 3600 + sign * offsetMinutes * 60
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
