import Foundation
import Testing
import VideoModels

@testable import Studio

/// The schema is for editors; the loader decides. They must not drift apart.
@Suite struct FormatSchemaTests {
    let schema: JSONValue

    init() throws {
        let file = FormatFixture.config.appending(path: "format.schema.json")
        schema = try LocatedJSON.read(file).plain
    }

    private func properties(_ place: JSONValue?) -> Set<String> {
        Set(place?["properties"]?.objectValue?.keys.map(\.self) ?? [])
    }

    @Test func `the schema has the keys the loader knows`() {
        let parts = schema["$defs"]
        #expect(properties(schema) == FormatReader.keys)
        #expect(properties(schema["properties"]?["seconds"]) == FormatReader.secondsKeys)
        #expect(properties(schema["properties"]?["dialogue"]) == FormatPartReader.dialogueKeys)
        #expect(properties(parts?["shot"]) == FormatPartReader.shotKeys)
        #expect(properties(parts?["beat"]) == FormatPartReader.beatKeys)
        #expect(properties(parts?["slot"]) == FormatPartReader.slotKeys)
        #expect(properties(parts?["negative"]) == FormatPartReader.negativeKeys)
        #expect(properties(parts?["brief_field"]) == FormatPartReader.briefFieldKeys)
    }

    @Test func `the schema names the loader's choices`() {
        let parts = schema["$defs"]
        let moves = Storyboard.CameraMove.allCases.map { JSONValue.string($0.rawValue) }
        let risks = Format.ClaimRisk.allCases.map { JSONValue.string($0.rawValue) }
        #expect(parts?["shot"]?["properties"]?["move"]?["enum"] == .array(moves))
        #expect(schema["properties"]?["claim_risk"]?["enum"] == .array(risks))
        guard case .array(let fields)? = parts?["brief_field"]?["properties"]?["field"]?["enum"]
        else {
            Issue.record("the schema names no fields of the brief")
            return
        }
        let names = Set(Brief.Field.allCases.map(\.rawValue))
        #expect(Set(fields.compactMap(\.stringValue)) == names)
    }

    @Test func `the schema has the loader's limits`() {
        let parts = schema["$defs"]
        #expect(parts?["prose"]?["maxLength"]?.intValue == FormatReader.proseLength.upperBound)
        #expect(parts?["phrase"]?["maxLength"]?.intValue == FormatReader.phraseLength.upperBound)
        #expect(parts?["share"]?["maximum"]?.intValue == FormatPartReader.shareLimit)
        for (key, count) in [
            ("shots", FormatPartReader.shotCount), ("beats", FormatPartReader.beatCount),
            ("palette", FormatReader.paletteCount), ("settings", FormatReader.settingCount),
            ("negatives", FormatPartReader.negativeCount),
            ("product_rules", FormatReader.ruleCount),
        ] {
            let list = schema["properties"]?[key]
            #expect(list?["minItems"]?.intValue == count.lowerBound, "\(key)")
            #expect(list?["maxItems"]?.intValue == count.upperBound, "\(key)")
        }
    }
}
