import Foundation
import Testing
import VideoModels

@testable import Studio

@Suite struct FormatLibraryTests {
    @Test func `thirteen formats are shipped in the order they are shown`() throws {
        #expect(
            try FormatFixture.shipped().formats.map(\.id) == [
                "hero-shot", "talking-head", "unboxing", "problem-solution", "how-to", "routine",
                "mirror-selfie", "street-interview", "podcast-clip", "asmr", "before-after",
                "day-in-the-life", "comparison",
            ])
    }

    @Test func `no two shipped formats share a sentence`() throws {
        let formats = try FormatFixture.shipped().formats
        for texts in [
            formats.map(\.summary), formats.map(\.style), formats.map(\.scene),
            formats.map(\.camera), formats.map(\.light), formats.map(\.audio),
            formats.flatMap(\.beats).map(\.action), formats.flatMap(\.productRules),
            formats.flatMap(\.shots).map(\.view),
        ] {
            #expect(Set(texts).count == texts.count)
        }
    }

    @Test func `a clip with a person is labelled unless the user says otherwise`() throws {
        for format in try FormatFixture.shipped().formats where format.needsPerson {
            #expect(format.disclosureDefault)
        }
    }

    @Test func `every shipped format asks for the product and a closing line`() throws {
        for format in try FormatFixture.shipped().formats {
            #expect(format.uses(.product) && format.uses(.callToAction))
            #expect(format.uses(.line) == !format.dialogue.slots.isEmpty)
        }
    }

    @Test func `the risk of claims is what the forms deserve`() throws {
        let library = try FormatFixture.shipped()
        let risks = Dictionary(grouping: library.formats, by: \.claimRisk)
            .mapValues { Set($0.map(\.id)) }
        #expect(risks[.veryHigh] == ["before-after"])
        #expect(
            risks[.high] == ["talking-head", "street-interview", "podcast-clip", "comparison"])
        #expect(risks[.medium] == ["problem-solution", "how-to", "routine"])
    }

    @Test func `placeholders are themselves briefs without a warning`() throws {
        for format in try FormatFixture.shipped().formats {
            let texts = Dictionary(
                uniqueKeysWithValues: format.briefFields.map { ($0.field.rawValue, $0.placeholder) }
            )
            let data = try JSONEncoder().encode(texts)
            let brief = try JSONDecoder().decode(Brief.self, from: data)
            #expect(ClaimLinter.warnings(for: brief) == [], "\(format.id)")
        }
    }

    @Test func `a summary has the wire's keys`() throws {
        let format = try #require(FormatFixture.shipped().format("before-after"))
        let data = try JSONEncoder().encode(FormatSummary(format))
        let json = try JSONDecoder().decode(JSONValue.self, from: data)
        #expect(json["seconds"] == .object(["min": .integer(6), "max": .integer(12)]))
        #expect(json["needs_person"] == .bool(true) && json["has_speech"] == .bool(false))
        #expect(json["claim_risk"] == .string("very_high"))
        #expect(json["disclosure_default"] == .bool(true))
        guard case .array(let fields)? = json["brief_fields"] else {
            Issue.record("no brief_fields")
            return
        }
        #expect(fields.last?["field"] == .string("call_to_action"))
        #expect(fields.allSatisfy { $0["hint"] != nil && $0["placeholder"] != nil })
    }

    @Test func `an unknown format is not found`() throws {
        #expect(try FormatFixture.shipped().format("opera") == nil)
    }
}
