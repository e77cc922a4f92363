import Testing

@testable import Client

@Suite struct CSVTableTests {
    @Test func `quotes, commas, line ends and empty lines are read as spreadsheets write them`()
        throws
    {
        let table = try CSVTable(
            "\u{FEFF}photo,say\r\nmug.jpg,\"Hello, \"\"you\"\"\"\r\n\r\n cup.png ,\"two\nlines\"\n")
        #expect(table.header == ["photo", "say"])
        #expect(
            table.rows.map(\.values) == [
                ["mug.jpg", "Hello, \"you\""], ["cup.png", "two\nlines"],
            ])
        #expect(table.rows.map(\.line) == [2, 4])
    }

    @Test(arguments: [
        ("", 1), ("a,b\n1\n", 2), ("a,b\n1,2\n1,2,3", 3), ("a\n\"open", 2), ("a\n\"b\"c", 2),
    ])
    func `what is wrong is named by its line`(text: String, line: Int) {
        #expect {
            try CSVTable(text)
        } throws: { error in
            (error as? CSVTable.Problem)?.line == line
        }
    }
}
