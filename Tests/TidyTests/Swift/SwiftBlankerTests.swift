import Testing

@Suite struct SwiftBlankerTests {
    private func code(_ text: String) -> String {
        String(decoding: SwiftBlanker(text).code, as: UTF8.self)
    }

    @Test(
        arguments: zip(
            [
                "a // b\nc", "a /* /* b */ c */ d", "a(\"b\\\"c\") d", "a(\"b \\(c(\"d\")) e\") f",
                "#\"a\"b\\(c)\"# d", "##\"a\\##(b)\"## c", "\"\"\"\na \"b\"\n\"\"\" c",
                "f(/\"[^\"]+\"/) g", "#/a/b/# c", "a / b / c", "`a { b` {", "a = /\\/\"/ b",
            ],
            [
                "a     \nc", "a                 d", "a(\"    \") d", "a(\"   (c(\" \"))  \") f",
                "#\"       \"# d", "##\"    (b)\"## c", "\"\"\"\n     \n\"\"\" c",
                "f(/       /) g", "#/   /# c", "a / b / c", "`     ` {", "a = /   / b",
            ]))
    func `only code is left`(text: String, expected: String) {
        #expect(code(text) == expected)
    }

    @Test(arguments: ["\"\\", "\"\"\"", "/*", "#/", "`", "\"\\(", "##"])
    func `an end in the middle of something is no trouble`(text: String) {
        #expect(code("let a = 1\n" + text).hasPrefix("let a = 1\n"))
    }

    @Test func `remarks are comments that are not documentation`() {
        let blanker = SwiftBlanker("/// a\nb // c\n/* d\ne */\nf")
        #expect(blanker.remarks == [2, 3, 4])
    }
}
