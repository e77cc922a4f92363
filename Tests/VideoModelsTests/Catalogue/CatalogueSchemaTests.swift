import Foundation
import Testing

@testable import VideoModels

/// The schema is for editors; the loader decides. They must not drift apart.
@Suite struct CatalogueSchemaTests {
    let schema: JSONValue

    init() throws {
        let file = CatalogueFixture.shipped.appending(path: "catalogue.schema.json")
        schema = try LocatedJSON.read(file).plain
    }

    private func properties(_ place: JSONValue?) -> Set<String> {
        Set(place?["properties"]?.objectValue?.keys.map(\.self) ?? [])
    }

    @Test func `the schema has the keys the loader knows`() {
        #expect(properties(schema) == CatalogueReader.keys)
        #expect(properties(schema["$defs"]?["model"]) == ModelReader.keys)
        #expect(properties(schema["$defs"]?["pack"]) == PackReader.keys)
    }

    @Test func `the schema names the loader's providers and kinds of reference`() {
        let model = schema["$defs"]?["model"]?["properties"]
        let providers = ModelProvider.allCases.map { JSONValue.string($0.rawValue) }
        let references = CatalogueModel.Reference.allCases.map { JSONValue.string($0.rawValue) }
        #expect(model?["provider"]?["enum"] == .array(providers))
        #expect(model?["reference"]?["enum"] == .array(references))
    }

    @Test func `the schema has the loader's limits`() {
        let model = schema["$defs"]?["model"]?["properties"]
        #expect(range(model?["prompt_limit"]) == ModelReader.promptRange)
        #expect(range(model?["concurrency"]) == ModelReader.concurrencyRange)
        #expect(range(model?["deadline_seconds"]) == ModelReader.deadlineRange)
        #expect(range(schema["$defs"]?["seconds"]) == ModelReader.secondsRange)
        #expect(schema["$defs"]?["rate"]?["maximum"]?.intValue == CreditRate.limit)
        let pack = schema["$defs"]?["pack"]?["properties"]
        #expect(range(pack?["credits"]) == 1...PackReader.creditLimit)
        #expect(range(pack?["amount_cents"]) == 1...PackReader.amountLimit)
    }

    private func range(_ place: JSONValue?) -> ClosedRange<Int>? {
        guard let least = place?["minimum"]?.intValue, let most = place?["maximum"]?.intValue else {
            return nil
        }
        return least...most
    }

    @Test func `every key the loader demands is required by the schema`() throws {
        guard case .array(let required)? = schema["$defs"]?["model"]?["required"] else {
            Issue.record("the schema requires nothing of a model")
            return
        }
        let optional: Set = ["aliases", "provider_model", "offered", "options"]
        #expect(Set(required.compactMap(\.stringValue)) == ModelReader.keys.subtracting(optional))
    }
}
