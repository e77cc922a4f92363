/// Cuts a clip into spans by their shares, written as people read times: `0-2.5 s`.
enum Timeline {
    /// One span a share, without gaps; on half seconds where the clip is long enough for that.
    static func spans(of shares: [Double], seconds: Int) -> [String] {
        let whole = shares.reduce(0, +)
        guard whole > 0 else { return [] }
        var sum = 0.0
        let ends = shares.map { share in
            sum += share
            return sum / whole * Double(seconds)
        }
        let halves = [0] + ends.map { Int(($0 * 2).rounded()) * 5 }
        let tenths = [0] + ends.map { Int(($0 * 10).rounded()) }
        let marks = zip(halves, halves.dropFirst()).allSatisfy(<) ? halves : tenths
        return zip(marks, marks.dropFirst()).map { "\(text($0))-\(text($1)) s" }
    }

    private static func text(_ tenths: Int) -> String {
        tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
