import Foundation
import Testing

@testable import App

@Suite struct MultipartTests {
    func parse(_ body: String, _ type: String = "multipart/form-data; boundary=xyz") throws
        -> Multipart
    {
        try Multipart(Data(body.utf8), contentType: type)
    }

    static let good =
        "--xyz\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nHello\r\nthere\r\n"
        + "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\";c.jpg\"\r\n"
        + "Content-Type: image/jpeg\r\n\r\n\r\n--xy\r\n--xyz--\r\n"

    @Test func `fields and files come apart as they were put together`() throws {
        let form = try parse(Self.good)
        #expect(form["prompt"]?.text == "Hello\r\nthere")
        #expect(form["prompt"]?.filename == nil)
        #expect(form["file"]?.filename == "a \"b\";c.jpg")
        #expect(form["file"]?.contentType == "image/jpeg")
        #expect(form["file"]?.data == Data("\r\n--xy".utf8))
        #expect(form["other"] == nil)
    }

    @Test func `a quoted boundary, a preamble and an empty part are fine`() throws {
        let body = "preamble\r\n--a b\r\ncontent-disposition: form-data; name=x\r\n\r\n\r\n--a b--"
        let form = try parse(body, "multipart/form-data; charset=utf-8; boundary=\"a b\"")
        #expect(form["x"]?.data.isEmpty == true)
    }

    @Test(arguments: [
        "", "--xyz", "--xyz\r\n", "--xyz\r\n\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end",
        "--xyz\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xyz--",
        "--xyz\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--xyz--",
        "--xyz\r\nnonsense\r\n\r\nx\r\n--xyz--", "not--xyz\r\n",
        "--xyzContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--xyz--",
    ])
    func `anything malformed is refused as a whole`(body: String) {
        #expect(throws: APIError.self) { try parse(body) }
    }

    @Test(arguments: ["multipart/form-data", "multipart/form-data; boundary="])
    func `without a boundary there is nothing to take apart`(type: String) {
        #expect(throws: APIError.self) { try parse(Self.good, type) }
    }

    @Test func `every prefix of a body is refused or is the whole, and never crashes`() throws {
        let bytes = Array(Self.good.utf8)
        for length in 0..<(bytes.count - 4) {
            #expect(throws: APIError.self) {
                try Multipart(
                    Data(bytes[..<length]), contentType: "multipart/form-data; boundary=xyz")
            }
        }
    }

    @Test func `a thousand parts are too many`() {
        let part = "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n"
        #expect(throws: APIError.self) {
            try parse(String(repeating: part, count: 1000) + "--xyz--")
        }
    }

    @Test func `random damage never crashes the parser`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            var bytes = Array(Self.good.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? Multipart(
                Data(bytes), contentType: "multipart/form-data; boundary=xyz")  // Either is fine.
        }
    }
}
