/// A quiet chord under the picture: soft partials that swell against each other, a little apart
/// left and right, so that it is a room and not a tone.
enum SoundBed {
    /// An open chord on A: frequency in hertz, loudness, and the swells' frequency in hertz.
    private static let partials: [(tone: Double, loudness: Double, swell: Double)] = [
        (110.00, 0.090, 0.11), (164.81, 0.060, 0.17), (220.00, 0.048, 0.13),
        (277.18, 0.030, 0.23), (329.63, 0.026, 0.19), (440.00, 0.014, 0.29),
        (554.37, 0.008, 0.37),
    ]
    /// Enough for the highest partial at a quarter of the work; ffmpeg brings it to 48 kHz.
    private static let sampleRate = 12_000

    static func input(seconds: Int) -> [String] {
        let left = voice(detune: 1, phase: 0)
        let right = voice(detune: 1.0021, phase: 1.3)
        return [
            "-f", "lavfi", "-i", "aevalsrc=exprs=\(left)|\(right):s=\(sampleRate):d=\(seconds)",
        ]
    }

    static func filter(seconds: Int) -> String {
        let rise = min(1.2, Double(seconds) / 4)
        let fall = min(1.8, Double(seconds) / 3)
        return "aresample=48000,afade=t=in:d=\(rise),"
            + "afade=t=out:st=\(Double(seconds) - fall):d=\(fall)"
    }

    private static func voice(detune: Double, phase: Double) -> String {
        partials.map { partial in
            "\(partial.loudness)*sin(2*PI*\(partial.tone * detune)*t)"
                + "*(0.7+0.3*sin(2*PI*\(partial.swell)*t+\(phase)))"
        }.joined(separator: "+")
    }
}
