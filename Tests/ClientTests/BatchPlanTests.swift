import Foundation
import Testing

@testable import Client

@Suite struct BatchPlanTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "batch-\(UUID().uuidString)", directoryHint: .isDirectory)

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("a photo".utf8).write(to: folder.appending(path: "mug.jpg"))
        try Data("a photo".utf8).write(to: folder.appending(path: "copy.jpg"))
        try Data("another".utf8).write(to: folder.appending(path: "cup.jpg"))
    }

    private func plan(_ text: String, run: String = "") throws -> BatchPlan {
        try BatchPlan(CSVTable(text), folder: folder, run: run)
    }

    @Test func `a row is an order, with the photo, the words and where it ends`() throws {
        let item = try #require(
            plan("photo,format,say,brief.product,seconds,output\nmug.jpg,unboxing,Hi,Mug,8,a.mp4")
                .items.first)
        #expect(
            item.order.fields == [
                "format": "unboxing", "brief.line": "Hi", "brief.product": "Mug", "seconds": "8",
            ])
        #expect(item.order.photo == .file(URL(filePath: "mug.jpg", relativeTo: folder)))
        #expect(item.output.lastPathComponent == "a.mp4" && item.line == 2)
    }

    @Test func `a row's key comes from its content, not from where it stands or ends`() throws {
        let one = try plan("photo,prompt,output\nmug.jpg,Turn,a.mp4\ncup.jpg,Turn,b.mp4").items
        let other = try plan("output,prompt,photo\nz.mp4,Turn,cup.jpg\ny.mp4,Turn,copy.jpg").items
        #expect(one[0].key == other[1].key, "the same bytes under another name are the same photo")
        #expect(one[1].key == other[0].key && one[0].key != one[1].key)
        #expect(one[0].key.count < 256)
    }

    @Test func `equal rows are as many videos, and another run makes them again`() throws {
        let text = "prompt,output\nTurn,a.mp4\nTurn,b.mp4"
        let keys = try plan(text).items.map(\.key)
        #expect(Set(keys).count == 2)
        #expect(try plan(text).items.map(\.key) == keys)
        #expect(Set(try plan(text, run: "again").items.map(\.key)).isDisjoint(with: keys))
    }

    @Test func `everything that is wrong is told at once`() throws {
        #expect {
            try plan("photo,prompt,seconds,output\nnone.jpg,a,x,a.mp4\nmug.jpg,,4,a.mp4")
        } throws: { error in
            let all = (error as? BatchPlan.Problems)?.all ?? []
            return all.count == 4 && all[0].hasPrefix("line 2: photo")
                && all.contains { $0.hasPrefix("line 3: output") }
        }
        #expect(throws: BatchPlan.Problems.self) { try plan("photo,colour\nmug.jpg,red") }
        #expect(throws: BatchPlan.Problems.self) { try plan("prompt,prompt\na,b") }
    }
}
