import Foundation
import Testing

@testable import App
@testable import Ledger

@Suite struct NamedStatementTests {
    private func line(_ note: String?, _ kind: Entry.Kind) -> Entry {
        Entry(
            seq: 1, amount: Credits(-20), balanceAfter: .zero, kind: kind, reference: "job",
            note: note, createdAt: Date(timeIntervalSince1970: 0))
    }

    @Test(arguments: [
        ("Video", "Video 'Mug, unboxing'"),
        ("Refund of Video: model declined", "Refund of Video 'Mug, unboxing': model declined"),
        // Lines from before titles were put in when they are read.
        ("Video 'Cup'", "Video 'Cup'"), ("Refund of Video 'Cup': cancelled", nil),
        ("Refund: cancelled", nil), ("Videos", nil), (nil, nil),
    ])
    func `a title is put into a line that has none`(note: String?, named: String?) {
        for kind in [Entry.Kind.generation, .refund] {
            let entry = NamedStatement.entry(line(note, kind), named: "Mug, unboxing")
            #expect(entry.note == named ?? note)
        }
    }
}
