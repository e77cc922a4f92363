import Testing

@testable import Studio

@Suite struct ClaimLinterTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let text: String
        let field: Brief.Field
        let code: PromptWarning.Code?

        init(_ field: Brief.Field, _ text: String, _ code: PromptWarning.Code?) {
            self.text = text
            self.field = field
            self.code = code
        }

        var testDescription: String { text }
    }

    static let told: [Row] = [
        Row(.line, "I've used this for three weeks.", .claimExperience),
        Row(.line, "I’ve been using it every morning", .claimExperience),
        Row(.line, "I have tried them all.", .claimExperience),
        Row(.line, "Honestly? I tried it on a Monday.", .claimExperience),
        Row(.line, "I use this every day.", .claimExperience),
        Row(.line, "My skin feels like new.", .claimExperience),
        Row(.line, "My hair has never looked better.", .claimExperience),
        Row(.line, "This changed my life!", .claimExperience),
        Row(.line, "It saved our marriage", .claimExperience),
        Row(.line, "After just two weeks, wow.", .claimExperience),
        Row(.line, "As a nurse, on my feet all day", .claimExperience),
        Row(.line, "It's my go-to.", .claimExperience),
        Row(.line, "I'm never going back to the old one", .claimExperience),
        Row(.line, "Meine Haut ist weich.", .claimExperience),
        Row(.line, "Il a changé ma vie", .claimExperience),
        Row(.line, "Me cambió la vida", .claimExperience),
        Row(.description, "I've worn them on every run", .claimExperience),
        Row(.line, "90% of users agree", .claimResult),
        Row(.line, "Cuts your bill by up to 40 percent", .claimResult),
        Row(.line, "Three times stronger than steel", .claimResult),
        Row(.line, "It is 2x faster.", .claimResult),
        Row(.line, "Clinically proven.", .claimResult),
        Row(.line, "Dermatologist-tested and kind", .claimResult),
        Row(.line, "Satisfaction guaranteed", .claimResult),
        Row(.line, "Relieves your stress", .claimResult),
        Row(.line, "It stops pain", .claimResult),
        Row(.line, "Lose 5 kg by summer", .claimResult),
        Row(.line, "Burns belly fat while you sleep", .claimResult),
        Row(.line, "See the before and after.", .claimResult),
        Row(.line, "Over 10,000 five-star reviews", .claimResult),
        Row(.line, "Rated 4.8 out of 5", .claimResult),
        Row(.line, "★★★★★", .claimResult),
        Row(.line, "Everyone loves it", .claimResult),
        Row(.line, "Klinisch getestet", .claimResult),
        Row(.callToAction, "The best-selling bottle", .claimResult),
        Row(.callToAction, "Join 5,000 happy customers", .claimResult),
        Row(.description, "Kills 99.9% of germs", .claimResult),
        Row(.product, "A mug and a bottle", .severalProducts),
        Row(.product, "Three candles", .severalProducts),
        Row(.product, "Set of 4 tumblers", .severalProducts),
        Row(.description, "Show our whole collection", .severalProducts),
        Row(.description, "several different products", .severalProducts),
        Row(.description, "Add the text SALE in red", .textInPicture),
        Row(.setting, "a wall with a sign that says OPEN", .textInPicture),
        Row(.description, "with captions", .textInPicture),
        Row(.description, "price on screen", .textInPicture),
        Row(.setting, "a shop, our logo overlaid: logo overlay top right", .textInPicture),
    ]

    static let fine: [Row] = [
        Row(.line, "This is the mug with the ribbed handle.", nil),
        Row(.line, "It sits in your palm like a pebble.", nil),
        Row(.line, "Fill to the line. Press slowly. Pour.", nil),
        Row(.line, "Rinse before and after use.", nil),
        Row(.line, "Fits in my back pocket", nil),
        Row(.line, "Now 20% off until Sunday", nil),
        Row(.line, "Free returns within 30 days", nil),
        Row(.line, "I take it you like tea", nil),
        Row(.line, "Two pockets, one zip.", nil),
        Row(.line, "No clinical trial, just soap.", nil),
        Row(.line, "The one dog treats itself to", nil),
        Row(.line, "Look under the stars", nil),
        Row(.line, "Money-back guarantee for a year", nil),
        Row(.line, "I've got one question", nil),
        Row(.description, "100% organic cotton, 70% recycled lid", nil),
        Row(.description, "Holds 350 ml, comes in two colours", nil),
        Row(.description, "A lid and a handle of beech", nil),
        Row(.description, "Show the text on the label clearly", nil),
        Row(.description, "No captions, stickers or on-screen text", nil),
        Row(.description, "Without any text overlay", nil),
        Row(.product, "Mint No. 5", nil),
        Row(.product, "Salt and pepper grinder", nil),
        Row(.product, "Seven Seas tea", nil),
        Row(.product, "7 o'clock razor", nil),
        Row(.holder, "a woman of fifty, two rings on her hand", nil),
        Row(.setting, "a book-lined room, several chairs", nil),
        Row(.callToAction, "Now in mint and sand", nil),
    ]

    @Test(arguments: told + fine)
    func `claims are told and plain words are not`(_ row: Row) throws {
        let brief = try Self.brief(row.field, row.text)
        let warnings = ClaimLinter.warnings(for: brief)
        #expect(warnings.map(\.code).contains { $0 == row.code } == (row.code != nil))
        if row.code == nil { #expect(warnings == []) }
        #expect(warnings.allSatisfy { $0.param == row.field.param })
    }

    @Test func `the words that were found are in the message`() throws {
        let brief = try Brief(line: "Honestly, it's clinically proven, they say.")
        let warning = try #require(ClaimLinter.warnings(for: brief).first)
        #expect(warning.message.hasPrefix("\"clinically proven\" promises a result"))
    }

    @Test func `one field is told once for each kind`() throws {
        let brief = try Brief(line: "I've tried it. I've used it. Guaranteed, 90% of users agree.")
        #expect(
            ClaimLinter.warnings(for: brief).map(\.code) == [.claimExperience, .claimResult])
    }

    @Test func `a finished prompt is read for everything at once`() {
        let prompt = """
            A woman shows two bottles. Add the caption "Sale".
            She says: "I've been using this for a month and my skin is 50% brighter, guaranteed."
            """
        let warnings = PromptComposer.lint(prompt: prompt, seconds: 4)
        #expect(
            warnings.map(\.code) == [
                .severalProducts, .claimExperience, .claimResult, .textInPicture, .speechTooLong,
            ])
        #expect(Set(warnings.map(\.param)) == ["prompt"])
    }

    @Test func `speech in a finished prompt is what stands in quotes`() {
        let line = "“This is the mug with the ribbed handle. It holds a big breakfast coffee.”"
        let prompt = "A potter lifts a mug slowly towards the window and smiles. She says: \(line)"
        #expect(PromptComposer.lint(prompt: prompt, seconds: 4).map(\.code) == [.speechTooLong])
        #expect(PromptComposer.lint(prompt: prompt, seconds: 8) == [])
        #expect(PromptComposer.lint(prompt: "The product on a table.", seconds: 4) == [])
    }

    @Test func `an unclosed quote is not taken for a long speech`() {
        let prompt = "A 5\" screen on a desk, " + String(repeating: "slowly ", count: 50)
        #expect(PromptComposer.lint(prompt: prompt, seconds: 4) == [])
    }

    @Test func `the longest prompt is read quickly`() {
        let prompt = String(repeating: "I've i been using 7 % of a the text ", count: 900)
        let elapsed = ContinuousClock().measure {
            #expect(PromptComposer.lint(prompt: prompt, seconds: 8).isEmpty == false)
        }
        #expect(elapsed < .seconds(60))
    }

    private static func brief(_ field: Brief.Field, _ text: String) throws -> Brief {
        switch field {
        case .product: try Brief(product: text)
        case .description: try Brief(description: text)
        case .holder: try Brief(holder: text)
        case .setting: try Brief(setting: text)
        case .line: try Brief(line: text)
        case .callToAction: try Brief(callToAction: text)
        case .language: try Brief(language: text)
        }
    }
}
