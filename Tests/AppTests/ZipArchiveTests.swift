import Foundation
import Testing

@testable import App

@Suite struct ZipArchiveTests {
    func number<Number: FixedWidthInteger>(_ type: Number.Type, in data: Data, at place: Int)
        -> Number
    {
        data.dropFirst(place).prefix(MemoryLayout<Number>.size).reversed()
            .reduce(Number(0)) { $0 << 8 | Number($1) }
    }

    @Test func `a file's header says its length and checksum`() {
        var archive = ZipArchive()
        let text = Data("123456789".utf8)
        let head = archive.begin("a/ü.txt", ByteCount(text), at: Date(timeIntervalSince1970: 0))
        #expect(number(UInt32.self, in: head, at: 0) == 0x0403_4b50)
        // The check value of CRC-32 (ISO-HDLC).
        #expect(number(UInt32.self, in: head, at: 14) == 0xcbf4_3926)
        #expect(number(UInt32.self, in: head, at: 18) == 9)
        #expect(head.suffix(8) == Data("a/ü.txt".utf8))
    }

    @Test func `the directory knows where every file begins`() {
        var archive = ZipArchive()
        let first = archive.begin("a", ByteCount(Data("xyz".utf8)), at: Date())
        _ = archive.begin("b", ByteCount(Data()), at: Date())
        let end = archive.end()
        let second = end.dropFirst(46 + 1)
        #expect(number(UInt32.self, in: Data(second), at: 42) == UInt32(first.count + 3))
        #expect(number(UInt16.self, in: Data(end.suffix(22)), at: 10) == 2)
    }

    /// Clips of 200 MB each: the last ones begin past what 32 bits can say.
    @Test func `past four gigabytes the directory has its long form`() throws {
        var archive = ZipArchive()
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).bin")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 200_000_000)
        try handle.close()
        let count = try ByteCount(file: file)
        #expect(count.bytes == 200_000_000)
        var offset: UInt64 = 0
        for index in 0..<23 {
            if index < 22 { offset += UInt64(200_000_000) }
            let head = archive.begin("clip-\(index)", count, at: Date())
            if index < 22 { offset += UInt64(head.count) }
        }
        let end = archive.end()
        let directory = end.dropLast(22 + 20 + 56)
        #expect(number(UInt64.self, in: Data(directory.suffix(8)), at: 0) == offset)
        #expect(number(UInt32.self, in: Data(end.suffix(22)), at: 16) == UInt32.max)
        #expect(number(UInt32.self, in: Data(end.suffix(98)), at: 0) == 0x0606_4b50)
        #expect(number(UInt64.self, in: Data(end.suffix(98)), at: 24) == 23)
    }
}
