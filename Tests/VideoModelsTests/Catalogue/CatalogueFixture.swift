import Foundation
import VideoModels

/// A small catalogue that is right, line by line, to be made wrong one place at a time.
enum CatalogueFixture {
    static let text = """
        {
          "default_model": "still",
          "models": [
            {
              "id": "still",
              "aliases": ["picture", "photo"],
              "name": "Still",
              "provider": "animatic",
              "sizes": ["720x1280", "1280x720"],
              "default_size": "720x1280",
              "seconds": [8, 4],
              "default_seconds": 4,
              "credits_per_second": 5,
              "prompt_limit": 200,
              "reference": "optional",
              "audio": true,
              "concurrency": 2,
              "deadline_seconds": 600
            },
            {
              "id": "deluxe",
              "name": "Deluxe",
              "provider": "fal",
              "provider_model": "vendor/deluxe",
              "sizes": ["720x1280", "1080x1920"],
              "default_size": "1080x1920",
              "seconds": [3, 5],
              "default_seconds": 5,
              "credits_per_second": { "720x1280": 2.5, "1080x1920": 10.001 },
              "prompt_limit": 1000,
              "reference": "required",
              "audio": false,
              "concurrency": 1,
              "deadline_seconds": 7200,
              "options": { "as_text": true, "scale": 1.5, "fields": ["a", null, 3] }
            },
            {
              "id": "words-only",
              "name": "Words only",
              "provider": "gemini",
              "sizes": ["720x1280"],
              "default_size": "720x1280",
              "seconds": [6],
              "default_seconds": 6,
              "credits_per_second": 0.1,
              "prompt_limit": 32000,
              "reference": "none",
              "audio": true,
              "concurrency": 1000,
              "deadline_seconds": 60,
              "offered": false
            }
          ],
          "packs": [
            { "id": "big", "name": "Big", "credits": 900, "amount_cents": 700, "currency": "eur" },
            { "id": "small", "name": "Small", "credits": 50, "amount_cents": 60, "currency": "eur" }
          ]
        }
        """

    static func catalogue() throws -> Catalogue { try load(Data(text.utf8)) }

    static func load(_ data: Data) throws -> Catalogue {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json")
        try data.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // a leftover harms nobody
        return try Catalogue.load(file)
    }

    /// What is told about a catalogue file with these contents.
    static func problems(_ text: String) -> [FileProblem] {
        do {
            _ = try load(Data(text.utf8))
            return []
        } catch {
            return (error as? FileProblems)?.problems ?? []
        }
    }

    /// The folder of files that are shipped.
    static let shipped = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../config").standardized
}
