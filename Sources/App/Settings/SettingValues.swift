import Configuration
import Foundation

/// The settings as they were written, by their names. An empty one is none.
struct SettingValues {
    private let reader: ConfigReader

    init(_ reader: ConfigReader) { self.reader = reader }

    func text(_ variable: String) -> String? {
        let key = ConfigKey(variable.lowercased().split(separator: "_").map(String.init))
        return reader.string(forKey: key).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Throws: `SettingsError`.
    func number(_ variable: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = text(variable) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw SettingsError(
                variable,
                "'\(text)' is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// 1 or 0.
    /// - Throws: `SettingsError`.
    func flag(_ variable: String) throws -> Bool { try number(variable, 0...1) == 1 }

    /// - Throws: `SettingsError`.
    func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ variable: String, _ type: Choice.Type
    ) throws -> Choice? {
        guard let text = text(variable) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw SettingsError(variable, "'\(text)' is none of \(known)")
        }
        return choice
    }

    /// The address of a service elsewhere: https, or http on this machine, as tests have it.
    /// - Throws: `SettingsError`.
    func address(_ variable: String, standard: String) throws -> URL {
        let text = text(variable) ?? standard
        guard let url = URL(string: text), let host = url.host(),
            url.scheme == "https"
                || (url.scheme == "http"
                    && ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host))
        else {
            throw SettingsError(
                variable, "must start with https://, or with http:// on this machine")
        }
        return url
    }
}
