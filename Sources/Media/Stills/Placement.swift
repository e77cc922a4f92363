/// Where a picture goes in a frame, and how large.
struct Placement: Equatable {
    let x: Int
    let y: Int
    let size: PixelSize
    let enlargement: Double

    /// Whole, centred, as large as it fits, enlarged no more than the limit.
    init(
        fitting picture: PixelSize, in frame: PixelSize,
        atMost limit: Double = FirstFrame.mostEnlargement
    ) {
        let scale = min(
            Double(frame.width) / Double(picture.width),
            Double(frame.height) / Double(picture.height), limit)
        self.init(picture, scaledBy: scale, in: frame)
    }

    /// Just large enough to leave nothing of the frame uncovered.
    init(filling frame: PixelSize, with picture: PixelSize) {
        let scale = max(
            Double(frame.width) / Double(picture.width),
            Double(frame.height) / Double(picture.height))
        self.init(picture, scaledBy: scale, in: frame)
    }

    private init(_ picture: PixelSize, scaledBy scale: Double, in frame: PixelSize) {
        size = PixelSize(
            width: max(1, Int((Double(picture.width) * scale).rounded())),
            height: max(1, Int((Double(picture.height) * scale).rounded())))
        x = (frame.width - size.width) / 2
        y = (frame.height - size.height) / 2
        enlargement = scale
    }
}
