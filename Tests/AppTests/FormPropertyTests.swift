import Foundation
import HTTPTypes
import Studio
import TestDatabase
import Testing
import VideoModels

@testable import App

/// Forms made at random from a seed: what goes in comes out, and no damage does worse than an error.
@Suite struct FormPropertyTests {
    private static let forms = 400
    private static let damages = 20_000
    private static let boundary = "xyz"

    private struct Part: Equatable {
        let name: String
        let filename: String?
        let data: Data
    }

    /// Pieces that forms are made of, so that data looks like the form around it.
    private static let pieces = [
        "\r\n", "--", "--xyz", "\r\n--xyz", "\r\n--xy", "xyz", "\r", "\n", ":", "\"", ";", "\0",
        "é",
        "Content-Disposition: form-data; name=\"a\"", "\r\n\r\n", "{\"file_id\":", "data:image/",
    ].map { Data($0.utf8) }

    private func data(_ random: inout SeededGenerator) -> Data {
        let count = Int.random(in: 0...8, using: &random)
        let made = (0..<count).reduce(into: Data()) { data, _ in
            if Bool.random(using: &random) {
                data += Self.pieces.randomElement(using: &random) ?? Data()
            } else {
                data.append(UInt8.random(in: 0...255, using: &random))
            }
        }
        // A sender chooses a boundary that its data has not.
        let line = Data("\r\n".utf8) + made + Data("\r\n".utf8)
        let isTaken = ["\r\n--xyz\r\n", "\r\n--xyz--"].contains {
            line.range(of: Data($0.utf8)) != nil
        }
        return isTaken ? Data() : made
    }

    private func part(_ random: inout SeededGenerator) -> Part {
        let names = [
            "prompt", "file", "a b", "brief[product]", "é", "q\"uote", "back\\slash", "x;y=z",
        ]
        let files = [nil, "a.jpg", "a \"b\";c.jpg", "", "ü.png"]
        return Part(
            name: names.randomElement(using: &random) ?? "a",
            filename: files.randomElement(using: &random) ?? nil, data: data(&random))
    }

    private func written(_ parts: [Part]) -> Data {
        func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        let body = parts.reduce(into: Data()) { body, part in
            let file = part.filename.map { "; filename=\(quoted($0))" } ?? ""
            let head = "--xyz\r\nContent-Disposition: form-data; name=\(quoted(part.name))\(file)"
            body += Data("\(head)\r\n\r\n".utf8) + part.data + Data("\r\n".utf8)
        }
        return body + Data("--xyz--\r\n".utf8)
    }

    private func parsed(_ body: Data) throws -> [Part] {
        try Multipart(body, contentType: "multipart/form-data; boundary=xyz").parts.map {
            Part(name: $0.name, filename: $0.filename, data: $0.data)
        }
    }

    @Test func `what is put together comes apart`() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<Self.forms {
            let parts = (0..<Int.random(in: 0...6, using: &random)).map { _ in part(&random) }
            #expect(try parsed(written(parts)) == parts)
        }
    }

    @Test func `every beginning of a form is refused`() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<20 {
            let body = written([part(&random), part(&random)])
            for length in 0..<(body.count - 4) {
                #expect(throws: APIError.self) { try parsed(body.prefix(length)) }
            }
        }
    }

    /// Cut, doubled, moved, overwritten: an order comes of it, or a refusal that names what is wrong.
    @Test func `damage is refused or read, and nothing else happens`() throws {
        var random = SeededGenerator(seed: 3)
        let photo = Part(name: "input_reference", filename: "a.jpg", data: Data("bytes".utf8))
        let words = [("prompt", "Turn."), ("seconds", "4"), ("crop", "{\"x\":0}"), ("brief", "{}")]
        let fields = words.map { Part(name: $0.0, filename: nil, data: Data($0.1.utf8)) }
        var orders = 0
        for _ in 0..<Self.damages {
            let body = damaged(written(fields + [photo]), &random)
            do {
                let asked = try OrderRequest(
                    body, contentType: "multipart/form-data; boundary=xyz")
                #expect(try asked.fingerprint().count > 0)
                orders += 1
            } catch {
                let refusal = try #require(APIError(error), "\(error)")
                #expect(400..<500 ~= refusal.status.code)
            }
        }
        #expect(orders > 0, "some damage is harmless")
    }

    private func damaged(_ body: Data, _ random: inout SeededGenerator) -> Data {
        var bytes = Array(body)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0...4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + 7))
            case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
            case 3: bytes.removeLast(min(bytes.count, place))
            default:
                bytes.insert(
                    contentsOf: Self.pieces.randomElement(using: &random) ?? Data(), at: place)
            }
        }
        return Data(bytes)
    }

    @Test func `JSON of any shape is an order or a refusal`() throws {
        var random = SeededGenerator(seed: 4)
        let encoder = JSONEncoder()
        for _ in 0..<Self.damages / 4 {
            let body = try encoder.encode(value(depth: 3, &random))
            do {
                _ = try OrderRequest(body, contentType: "application/json")
            } catch {
                let refusal = try #require(APIError(error), "\(error)")
                #expect(400..<500 ~= refusal.status.code)
            }
        }
    }

    private func value(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        let names = [
            "prompt", "model", "seconds", "size", "brief", "crop", "input_reference", "file_id",
            "image_url", "x", "width", "product", "language", "backdrop", "\u{0}",
        ]
        switch Int.random(in: depth > 0 ? 0...7 : 0...5, using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int.random(in: -3...Int.max, using: &random))
        case 3: return .number(Double.random(in: -1e300...1e300, using: &random))
        case 4:
            return .string(
                ["", "4", "\u{0}", "data:image/png;base64,AA", "720x1280"]
                    .randomElement(using: &random) ?? "")
        case 5: return .string(names.randomElement(using: &random) ?? "")
        case 6:
            return .array(
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    value(depth: depth - 1, &random)
                })
        default:
            return .object(
                (0..<Int.random(in: 0...6, using: &random)).reduce(into: [:]) { all, _ in
                    all[names.randomElement(using: &random) ?? ""] = value(
                        depth: depth - 1, &random)
                })
        }
    }
}
