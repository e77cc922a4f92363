import Media
import Testing

@testable import VideoModels

@Suite struct CatalogueQuoteTests {
    let catalogue: Catalogue

    init() throws { catalogue = try CatalogueFixture.catalogue() }

    @Test(arguments: [
        ("still", "720x1280", 4, 20), ("picture", "1280x720", 8, 40), ("deluxe", "720x1280", 3, 8),
        ("deluxe", "720x1280", 5, 13), ("deluxe", "1080x1920", 3, 31),
        ("deluxe", "1080x1920", 5, 51), ("words-only", "720x1280", 6, 1),
    ])
    func `a price is seconds times rate rounded up`(
        _ name: String, _ size: String, _ seconds: Int, _ credits: Int
    ) throws {
        let model = try catalogue.requestedModel(name)
        let quote = try model.quote(
            size: size, seconds: seconds, hasReference: model.reference == .required)
        #expect(quote.credits == credits)
        #expect(quote.model.id == catalogue.model(named: name)?.id)
        #expect(quote.size.description == size && quote.seconds == seconds)
    }

    @Test func `what is not asked for is the default`() throws {
        let quote = try catalogue.requestedModel(nil)
            .quote(size: nil, seconds: nil, hasReference: false)
        #expect(quote.model.id == "still")
        #expect(quote.size == PixelSize(width: 720, height: 1280))
        #expect(quote.seconds == 4 && quote.credits == 20)
    }

    @Test func `tenths of credits add up without a rounding slip`() throws {
        let rate = try #require(CreditRate(creditsPerSecond: 0.1))
        #expect(rate.credits(forSeconds: 30) == 3)
        #expect(rate.credits(forSeconds: 31) == 4)
        #expect(CreditRate(creditsPerSecond: 0.0004) == nil)
        #expect(CreditRate(creditsPerSecond: 10_000)?.thousandths == 10_000_000)
    }

    @Test func `a model that is not here is told with those that are`() {
        let error = #expect(throws: QuoteError.self) { try catalogue.requestedModel("sora-9") }
        #expect(error?.code == .modelNotFound && error?.param == "model")
        #expect(
            error?.description
                == "There is no model \"sora-9\" here. Offered are still, deluxe or words-only.")
    }

    @Test func `without a default the model must be named`() {
        let offered = catalogue.offered(providers: [.fal])
        let error = #expect(throws: QuoteError.self) { try offered.requestedModel(nil) }
        #expect(error?.description == "Name a model. Offered are deluxe.")
        let nothing = catalogue.offered(providers: [])
        #expect(throws: QuoteError.self) { try nothing.requestedModel("still") }
    }

    @Test(arguments: ["1x1", "1080x1920", "720X1280", "", "720x1280 ", "portrait"])
    func `a size the model does not make is refused`(_ size: String) throws {
        let model = try catalogue.requestedModel("still")
        let error = #expect(throws: QuoteError.self) {
            try model.quote(size: size, seconds: 4, hasReference: true)
        }
        #expect(error?.code == .sizeNotSupported && error?.param == "size")
        #expect(error?.description.hasSuffix("It makes 720x1280 or 1280x720.") == true)
    }

    @Test(arguments: [0, -4, 5, 12, Int.max, Int.min])
    func `a length the model does not make is refused`(_ seconds: Int) throws {
        let model = try catalogue.requestedModel("still")
        let error = #expect(throws: QuoteError.self) {
            try model.quote(size: nil, seconds: seconds, hasReference: true)
        }
        #expect(error?.code == .secondsNotSupported && error?.param == "seconds")
        #expect(error?.description.hasSuffix("It makes 4 or 8.") == true)
    }

    @Test func `a photo is refused or demanded as the model says`() throws {
        let wordsOnly = try catalogue.requestedModel("words-only")
        let unwanted = #expect(throws: QuoteError.self) {
            try wordsOnly.quote(size: nil, seconds: nil, hasReference: true)
        }
        #expect(unwanted?.code == .referenceNotSupported && unwanted?.param == "input_reference")
        let deluxe = try catalogue.requestedModel("deluxe")
        let missing = #expect(throws: QuoteError.self) {
            try deluxe.quote(size: nil, seconds: nil, hasReference: false)
        }
        #expect(missing?.code == .referenceRequired && missing?.param == "input_reference")
    }

    @Test(arguments: ["", "  \n\t "])
    func `an empty prompt is refused`(_ prompt: String) throws {
        let model = try catalogue.requestedModel("still")
        let error = #expect(throws: QuoteError.self) { try model.check(prompt: prompt) }
        #expect(error?.code == .promptRequired && error?.param == "prompt")
    }

    @Test func `a prompt may be as long as the limit and not longer`() throws {
        let model = try catalogue.requestedModel("still")
        try model.check(prompt: String(repeating: "😀", count: 200))
        let error = #expect(throws: QuoteError.self) {
            try model.check(prompt: String(repeating: "a", count: 201))
        }
        #expect(error?.code == .promptTooLong)
        #expect(error?.description == "The prompt has 201 characters; Still takes at most 200.")
    }
}
