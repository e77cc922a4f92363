import Testing

@testable import Studio

@Suite struct SpokenLengthTests {
    @Test(arguments: [
        ("", 0), ("…!?", 0), ("one", 1), ("It's the potter's own.", 4), ("well-made", 2),
        ("Now—in mint", 3), ("350 ml", 2), ("3.5", 2), ("Schöne Grüße", 2), ("Привет, мир", 2),
        ("안녕하세요 여러분", 2), ("नमस्ते दुनिया", 2), ("مرحبا بالعالم", 2),
        ("これはマグです", 4), ("你好", 1), ("你好吗", 2), ("สวัสดีครับ", 3), ("Mint No. 5は最高", 5),
    ])
    func `words are counted as they are spoken`(_ text: String, _ words: Int) {
        #expect(SpokenLength.words(in: text) == words)
    }

    @Test(arguments: [(0, 0), (1, 2), (4, 9), (8, 18), (12, 27), (15, 34)])
    func `a clip has room for two and a third words a second`(_ seconds: Int, _ words: Int) {
        #expect(SpokenLength.budget(seconds: seconds) == words)
    }

    @Test(arguments: [
        ("Это кружка", "en", true), ("This is a mug", "ru", true), ("これはマグです", "en", true),
        ("This is a mug", "ja", true), ("这是一个杯子", "ja", false), ("これはマグです", "ja", false),
        ("Das ist ein Becher", "en", false), ("Mint", "en", false), ("Это", "en", false),
        ("This is a mug", "sw", false), ("이것은 머그컵입니다", "ko", false),
        ("Mint 5 это кружка", "ru", false),
    ])
    func `a line in foreign letters is told`(_ line: String, _ language: String, _ told: Bool)
        throws
    {
        let warning = LineLanguage.warning(for: try Brief(line: line, language: language))
        #expect((warning?.code == .lineLanguage) == told)
    }

    @Test func `the language is named in the warning`() throws {
        let brief = try Brief(line: "Это кружка", language: "pt-BR")
        let warning = try #require(LineLanguage.warning(for: brief))
        #expect(warning.param == "brief.language")
        #expect(warning.message.contains("Cyrillic letters"))
        #expect(warning.message.contains("Portuguese (Brazil)"))
    }
}
