import VideoModels

extension Storyboard {
    /// More columns than this do not read as a hook; a wide East Asian character takes two.
    static let hookColumns = 60

    /// The format's shots, opened by the line when it is short, else by the product's name, and
    /// closed by the call to action.
    init(format: Format, brief: Brief) {
        let openings = [Brief.Field.line, .product].filter(format.uses).compactMap { brief[$0] }
        self.init(
            shots: format.shots.map { Shot(move: $0.move, share: $0.share) },
            hook: openings.first { $0.columns <= Self.hookColumns },
            caption: format.uses(.callToAction) ? brief.callToAction : nil)
    }
}

extension String {
    fileprivate var columns: Int {
        unicodeScalars.reduce(0) { sum, scalar in
            switch Script(scalar) {
            case .han, .kana, .hangul: sum + 2
            default: sum + 1
            }
        }
    }
}
