/// Who says what in a clip, in order.
struct Speech {
    struct Turn {
        let slot: Format.Slot
        /// The user's words; `nil` when the speaker follows the slot's cue.
        let given: String?
    }

    let turns: [Turn]
    private let seconds: Int

    init(format: Format, brief: Brief, seconds: Int) {
        self.seconds = seconds
        turns = format.dialogue.slots.compactMap { slot in
            let given = slot.field.flatMap { brief[$0] }
            return given == nil && slot.cue == nil ? nil : Turn(slot: slot, given: given)
        }
    }

    var givenWords: Int {
        turns.compactMap(\.given).map(SpokenLength.words).reduce(0, +)
    }

    /// The words that speakers without words of the user's may take up.
    var cueWords: Int { turns.map { cueWords($0) ?? 0 }.reduce(0, +) }

    /// Where a user would begin to shorten.
    var longestField: Brief.Field? {
        turns.compactMap { turn in turn.given.map { (turn.slot.field, SpokenLength.words(in: $0)) }
        }
        .max { $0.1 < $1.1 }?.0
    }

    /// How many words a cue may take in this clip; `nil` for a turn with words of its own.
    func cueWords(_ turn: Turn) -> Int? {
        guard turn.given == nil, let words = turn.slot.words else { return nil }
        let cues = turns.count { $0.given == nil }
        return max(1, min(words, SpokenLength.budget(seconds: seconds) / max(1, cues + 1)))
    }
}
