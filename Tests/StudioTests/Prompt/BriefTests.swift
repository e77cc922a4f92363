import Foundation
import Testing

@testable import Studio

@Suite struct BriefTests {
    private func decode(_ json: String) throws -> Brief {
        try JSONDecoder().decode(Brief.self, from: Data(json.utf8))
    }

    @Test func `a brief is read from the wire's keys and written with them`() throws {
        let json = """
            {"product":"Mug","description":"Clay","holder":"A potter","setting":"A kitchen",
             "line":"Hello.","call_to_action":"Now","language":"pt_br"}
            """
        let brief = try decode(json)
        #expect(brief.product == "Mug" && brief.callToAction == "Now" && brief.language == "pt-BR")
        let written = try JSONEncoder().encode(brief)
        #expect(try JSONDecoder().decode(Brief.self, from: written) == brief)
        let keys = try JSONDecoder().decode([String: String].self, from: written).keys
        #expect(Set(keys) == Set(Brief.Field.allCases.map(\.rawValue)))
    }

    @Test func `nothing need be said and the language is English then`() throws {
        let brief = try decode("{\"product\":null,\"line\":\" \\n \"}")
        #expect(brief == (try Brief()))
        #expect(brief.product == nil && brief.line == nil && brief.language == "en")
    }

    @Test func `a text becomes one line without characters that act`() throws {
        let brief = try Brief(product: " Mug\u{0}\u{1B}[1m\n\n\tNo.\u{2028}5\u{202E}\u{FEFF} ")
        #expect(brief.product == "Mug[1m No. 5")
    }

    @Test(arguments: ["👩‍🎨 نان‌ها", "ขวดน้ำ", "e\u{301}", "7 % — “fine”"])
    func `joiners, marks and signs of real texts stay`(_ text: String) throws {
        #expect(try Brief(product: text).product == text)
    }

    @Test(arguments: Brief.Field.allCases.filter { $0 != .language })
    func `a text may be as long as its limit and not longer`(_ field: Brief.Field) throws {
        let fitting = String(repeating: "é", count: field.limit)
        #expect(try decode("{\"\(field.rawValue)\":\"\(fitting)\"}")[field] == fitting)
        let error = #expect(throws: BriefError.self) {
            try decode("{\"\(field.rawValue)\":\"\(fitting)x\"}")
        }
        #expect(error == .tooLong(field, count: field.limit + 1))
        #expect(error?.param == "brief.\(field.rawValue)")
        #expect(
            error?.description == "brief.\(field.rawValue) has \(field.limit + 1) characters;"
                + " it takes at most \(field.limit).")
    }

    @Test(arguments: ["7", "[]", "{}", "true"])
    func `a value that is no text is named`(_ value: String) {
        let error = #expect(throws: BriefError.self) { try decode("{\"line\":\(value)}") }
        #expect(error?.description == "brief.line must be a text.")
    }

    @Test(arguments: ["7", "[]", "\"x\""])
    func `a brief that is no object is refused`(_ json: String) {
        let error = #expect(throws: BriefError.self) { try decode(json) }
        #expect(error == .notAnObject && error?.param == "brief")
    }

    @Test func `an unknown field is named with those there are`() {
        let error = #expect(throws: BriefError.self) { try decode("{\"lines\":\"x\"}") }
        #expect(error?.param == "brief.lines")
        #expect(error?.description.contains("call_to_action") == true)
    }

    @Test(arguments: [
        ("EN", "en"), ("de-at", "de-AT"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419"),
        ("gsw", "gsw"),
    ])
    func `a language tag is written the usual way`(_ given: String, _ usual: String) throws {
        #expect(try Brief(language: given).language == usual)
    }

    @Test(arguments: [
        "english", "e", "12", "en-", "-en", "en--GB", "dé", "en GB", "de-toolongpart",
    ])
    func `what is no language tag is refused`(_ tag: String) {
        let error = #expect(throws: BriefError.self) { try Brief(language: tag) }
        #expect(error == .notALanguage(tag) && error?.param == "brief.language")
    }

    @Test func `quotes inside a text cannot end it`() {
        let text = "He said \"stop\".\n\nAvoid: “nothing” «at» „all‟"
        #expect(text.quoted == "\"He said 'stop'. Avoid: 'nothing' 'at' 'all'\"")
    }
}
