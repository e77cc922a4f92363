import Foundation
import Media
import Testing

@testable import VideoModels

@Suite struct CatalogueTests {
    let catalogue: Catalogue

    init() throws { catalogue = try CatalogueFixture.catalogue() }

    @Test func `a model is found by its id and by its aliases`() {
        #expect(catalogue.model(named: "still")?.id == "still")
        #expect(catalogue.model(named: "photo")?.id == "still")
        #expect(catalogue.model(named: "Still") == nil)
        #expect(catalogue.model(named: "") == nil)
        #expect(catalogue.defaultModel?.id == "still")
    }

    @Test func `lengths come shortest first and packs cheapest first`() {
        #expect(catalogue.models[0].seconds == [4, 8])
        #expect(catalogue.packs.map(\.id) == ["small", "big"])
        #expect(catalogue.pack("big")?.credits == 900)
        #expect(catalogue.pack("huge") == nil)
    }

    @Test func `a model without a provider's id is known there by its own`() {
        #expect(catalogue.models.map(\.providerModel) == ["still", "vendor/deluxe", "words-only"])
    }

    @Test func `options are kept as they were written`() throws {
        let options = try #require(catalogue.model(named: "deluxe")).options
        #expect(options["as_text"]?.boolValue == true)
        #expect(options["scale"] == .number(1.5))
        #expect(options["fields"] == .array([.string("a"), .null, .integer(3)]))
    }

    @Test func `only models of configured providers that are switched on are offered`() {
        let all = catalogue.offered(providers: Set(ModelProvider.allCases))
        #expect(all.models.map(\.id) == ["still", "deluxe"])
        let none = catalogue.offered(providers: [])
        #expect(none.models.isEmpty && none.defaultModel == nil && none.packs.count == 2)
        let fal = catalogue.offered(providers: [.fal])
        #expect(fal.models.map(\.id) == ["deluxe"] && fal.defaultModel == nil)
    }

    @Test func `a summary has the wire's keys and every price`() throws {
        let model = try #require(catalogue.model(named: "deluxe"))
        let data = try JSONEncoder().encode(ModelSummary(model))
        let json = try JSONDecoder().decode(JSONValue.self, from: data)
        #expect(json["id"] == .string("deluxe"))
        #expect(json["default_size"] == .string("1080x1920"))
        #expect(json["default_seconds"] == .integer(5))
        #expect(json["credits_per_second"]?["1080x1920"] == .number(10.001))
        #expect(json["prompt_limit"] == .integer(1000))
        #expect(json["provider_model"] == nil && json["options"] == nil)
    }

    @Test func `the shipped catalogue serves the free model by default`() throws {
        let shipped = try Self.shipped()
        let offered = shipped.offered(providers: [.animatic])
        #expect(offered.models.map(\.id) == ["animatic"])
        let quote = try #require(offered.defaultModel)
            .quote(size: "720x1280", seconds: 8, hasReference: true)
        #expect(quote.credits == 40)
    }

    @Test func `the shipped catalogue has a model for every provider`() throws {
        #expect(Set(try Self.shipped().models.map(\.provider)) == Set(ModelProvider.allCases))
    }

    @Test func `the cheapest shipped pack pays for several clips of the default model`() throws {
        let shipped = try Self.shipped()
        let model = try #require(shipped.defaultModel)
        let price = try model.quote(size: nil, seconds: 4, hasReference: true).credits
        #expect(try #require(shipped.packs.first).credits >= 3 * price)
    }

    @Test func `every shipped model prices every size and length it lists`() throws {
        for model in try Self.shipped().models {
            for size in model.sizes {
                for seconds in model.seconds {
                    let quote = try model.quote(
                        size: size.description, seconds: seconds,
                        hasReference: model.reference == .required)
                    #expect(quote.credits >= seconds)
                }
            }
        }
    }

    static func shipped() throws -> Catalogue {
        try Catalogue.load(CatalogueFixture.shipped.appending(path: "catalogue.json"))
    }
}
