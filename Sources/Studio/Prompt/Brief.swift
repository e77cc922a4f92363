/// What a user says about a product and the clip it should have. Every field may be left out.
///
/// Texts are cleaned on the way in: one line, no control characters, `nil` instead of empty.
package struct Brief: Equatable, Sendable {
    /// The wire's keys, and the largest number of characters each takes.
    package enum Field: String, CodingKey, CaseIterable, Codable, Sendable {
        case product, description, holder, setting, line, language
        case callToAction = "call_to_action"

        /// Each a little more than a prompt of one clip has use for.
        package var limit: Int {
            switch self {
            case .product, .callToAction: 80
            case .description: 400
            case .holder, .setting: 160
            case .line: 300
            case .language: 35  // the longest tag RFC 5646 asks software to hold
            }
        }

        /// The field as an API error's `param` names it.
        package var param: String { "brief.\(rawValue)" }
    }

    package static let defaultLanguage = "en"

    /// Nothing was said.
    package static let empty = Brief()

    /// The product's name.
    package let product: String?
    /// What the product is: material, colour, use.
    package let description: String?
    /// Who holds or shows it.
    package let holder: String?
    package let setting: String?
    /// What is said, word for word.
    package let line: String?
    package let callToAction: String?
    /// The language of the line, a BCP 47 tag.
    package let language: String

    /// - Throws: `BriefError` that names the field.
    package init(
        product: String? = nil, description: String? = nil, holder: String? = nil,
        setting: String? = nil, line: String? = nil, callToAction: String? = nil,
        language: String? = nil
    ) throws {
        self.product = try Self.clean(product, .product)
        self.description = try Self.clean(description, .description)
        self.holder = try Self.clean(holder, .holder)
        self.setting = try Self.clean(setting, .setting)
        self.line = try Self.clean(line, .line)
        self.callToAction = try Self.clean(callToAction, .callToAction)
        let tag = try Self.clean(language, .language) ?? Self.defaultLanguage
        guard let known = LanguageTag(tag) else { throw BriefError.notALanguage(tag) }
        self.language = known.text
    }

    private init() {
        product = nil
        description = nil
        holder = nil
        setting = nil
        line = nil
        callToAction = nil
        language = Self.defaultLanguage
    }

    /// The text of a field; `nil` when the user left it out.
    package subscript(field: Field) -> String? {
        switch field {
        case .product: product
        case .description: description
        case .holder: holder
        case .setting: setting
        case .line: line
        case .callToAction: callToAction
        case .language: language
        }
    }

    private static func clean(_ text: String?, _ field: Field) throws -> String? {
        guard let text = text?.singleLine, !text.isEmpty else { return nil }
        guard text.count <= field.limit else {
            throw BriefError.tooLong(field, count: text.count)
        }
        return text
    }
}

extension Brief: Codable {
    /// - Throws: `BriefError` for an unknown key, a value that is no text, or a text too long.
    package init(from decoder: any Decoder) throws {
        try Self.refuseUnknownKeys(decoder)
        let fields = try decoder.container(keyedBy: Field.self)
        func text(_ field: Field) throws -> String? {
            do {
                return try fields.decodeIfPresent(String.self, forKey: field)
            } catch is DecodingError {
                throw BriefError.notText(field)
            }
        }
        try self.init(
            product: text(.product), description: text(.description), holder: text(.holder),
            setting: text(.setting), line: text(.line), callToAction: text(.callToAction),
            language: text(.language))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        for field in Field.allCases { try container.encodeIfPresent(self[field], forKey: field) }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static func refuseUnknownKeys(_ decoder: any Decoder) throws {
        let keys: [String]
        do {
            keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        } catch is DecodingError {
            throw BriefError.notAnObject
        }
        if let unknown = keys.sorted().first(where: { Field(rawValue: $0) == nil }) {
            throw BriefError.unknownField(unknown)
        }
    }
}
