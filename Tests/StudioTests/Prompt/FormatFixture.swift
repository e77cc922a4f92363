import Foundation
import VideoModels

@testable import Studio

/// The shipped formats, and a small right one to be made wrong.
enum FormatFixture {
    static let config = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../config").standardized

    static func shipped() throws -> FormatLibrary {
        try FormatLibrary.load(folder: config.appending(path: "formats"))
    }

    static let text = """
        {
          "id": "sample",
          "rank": 7,
          "title": "Sample",
          "summary": "A sample.",
          "seconds": { "min": 4, "max": 8 },
          "needs_person": true,
          "style": "Phone clip",
          "scene": "A person shows the product.",
          "holder": "an adult",
          "settings": ["a kitchen"],
          "shots": [{ "move": "push", "share": 1, "view": "Close" }],
          "camera": "Still.",
          "light": "Daylight.",
          "palette": ["white", "oak", "mint"],
          "beats": [
            { "share": 1, "action": "They lift it." },
            { "share": 3, "action": "They put it down." }
          ],
          "dialogue": {
            "max_words": 12,
            "slots": [
              { "speaker": "Guest", "manner": "calm", "cue": "asks what it is", "words": 4 },
              { "speaker": "Host", "manner": "warm", "field": "line" }
            ]
          },
          "audio": "Room tone.",
          "product_rules": ["it stands still"],
          "negatives": [{ "avoid": "spins", "instead": "a quarter turn" }],
          "claim_risk": "low",
          "disclosure_default": true,
          "brief_fields": [
            { "field": "product", "hint": "Name", "placeholder": "Mug" },
            { "field": "line", "hint": "Line", "placeholder": "Hello." }
          ]
        }
        """

    static func format() throws -> Format { try library(["sample.json": text]).formats[0] }

    /// Loads a folder with these files.
    static func library(_ files: [String: String]) throws -> FormatLibrary {
        let folder = FileManager.default.temporaryDirectory.appending(path: "formats-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // a leftover harms nobody
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        return try FormatLibrary.load(folder: folder)
    }

    static func problems(_ files: [String: String]) -> [FileProblem] {
        do {
            _ = try library(files)
            return []
        } catch {
            return (error as? FileProblems)?.problems ?? []
        }
    }
}
