import Foundation
import Media

/// How frames become a file: what ffmpeg is told, for a render and for its benchmark.
struct Encoding {
    let size: PixelSize
    let seconds: Int

    /// The hard end of a render: a loaded machine is allowed to be slow, not stuck.
    var patience: Duration { .seconds(60 + 30 * seconds) }

    private var rate: String { "\(Animatic.framesPerSecond)" }

    /// Raw frames come on standard input.
    func arguments(to file: URL) -> [String] {
        [
            "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "\(size)", "-framerate", rate,
            "-i", "pipe:0",
        ] + SoundBed.input(seconds: seconds) + output(to: file)
    }

    /// The same file made from one still, to compare with.
    func still(_ frame: URL, to file: URL) -> [String] {
        ["-loop", "1", "-framerate", rate, "-i", FFmpeg.name(frame)]
            + SoundBed.input(seconds: seconds) + output(to: file)
    }

    private func output(to file: URL) -> [String] {
        [
            // No "-frames:v": ffmpeg ends the sound too when the last picture is in.
            "-map", "0:v", "-map", "1:a",
            "-c:v", "libx264", "-preset", "veryfast", "-crf", "19", "-profile:v", "high",
            "-x264-params", "chroma-qp-offset=-5",
            "-pix_fmt", "yuv420p", "-color_range", "tv", "-colorspace", "bt709",
            "-color_primaries", "bt709", "-color_trc", "bt709", "-threads", "\(FFmpeg.threads)",
            "-af", SoundBed.filter(seconds: seconds), "-c:a", "aac", "-b:a", "128k", "-ar", "48000",
            "-ac", "2", "-t", "\(seconds)", "-map_metadata", "-1", "-movflags", "+faststart",
            "-f", "mp4", FFmpeg.name(file),
        ]
    }
}
