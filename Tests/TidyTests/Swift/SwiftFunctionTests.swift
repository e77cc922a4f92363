import Testing

@Suite struct SwiftFunctionTests {
    private func functions(_ text: String) -> [SwiftFunction] {
        SwiftFunction.all(in: SwiftText(path: "Sample.swift", text))
    }

    @Test func `functions, initialisers and computed properties have bodies`() {
        let found = functions(
            """
            struct A {
                var stored = [1].map { $0 }
                let other: Int
                init() {}
                func f(
                    g: () -> Void = {}
                ) async throws -> Int
                where B: C,
                    D: E
                {
                    self.init()
                }
                var h: String {
                    "}"
                }
            }
            """)
        #expect(
            found == [
                SwiftFunction(firstLine: 4, lastLine: 4),
                SwiftFunction(firstLine: 5, lastLine: 12),
                SwiftFunction(firstLine: 13, lastLine: 15),
            ])
    }

    @Test func `requirements of a protocol have none`() {
        let found = functions(
            """
            protocol A {
                func f() async throws
                func g() -> Int
                init(b: Int)
            }
            func h() {}
            """)
        #expect(found == [SwiftFunction(firstLine: 6, lastLine: 6)])
    }

    @Test func `a sentence in backticks is one name`() {
        #expect(functions("@Test func `a func init {`() {\n}").map(\.lastLine) == [2])
    }
}
