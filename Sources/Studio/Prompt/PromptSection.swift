/// One block of a prompt: a heading and what stands under it.
struct PromptSection {
    /// Stage notes a short prompt can do without, the least needed first.
    enum Note: String, CaseIterable {
        case avoid = "what to avoid"
        case sound
        case light
        case camera
    }

    let heading: String?
    let lines: [String]
    /// `nil` for what no prompt can do without.
    let note: Note?

    init(_ heading: String? = nil, _ lines: [String], note: Note? = nil) {
        self.heading = heading
        self.lines = lines
        self.note = note
    }

    var text: String {
        ((heading.map { [$0 + ":"] } ?? []) + lines).joined(separator: "\n")
    }
}

extension [PromptSection] {
    var text: String { map(\.text).joined(separator: "\n\n") }
}
