/// Why a picture was refused. `description` is safe to show to the person who sent it.
package enum ImageError: Error, Equatable, Sendable {
    /// Empty, damaged or cut short. The detail is libvips' own words, for the log only.
    case unreadable(detail: String)
    /// Not one of the kinds in `Photo.kinds`, whatever its name says.
    case unsupportedType
    /// More pixels than `Photo.mostPixels`.
    case tooLarge(PixelSize)
    /// A side shorter than `Photo.shortestSide`.
    case tooSmall(PixelSize)
    /// More bytes than `Photo.mostBytes`.
    case tooManyBytes(Int)
    /// A frame was asked for that no model makes.
    case frameSize(PixelSize)
}

extension ImageError {
    /// The error's name in the API.
    package var code: String {
        switch self {
        case .unreadable, .tooSmall: "image_unreadable"
        case .unsupportedType: "unsupported_media_type"
        case .tooLarge: "image_too_large"
        case .tooManyBytes: "payload_too_large"
        case .frameSize: "size_not_supported"
        }
    }
}

extension ImageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable:
            "The picture cannot be read: it is empty, damaged or incomplete."
        case .unsupportedType:
            "This is not a picture we can read. Send one of \(Photo.kinds)."
        case .tooLarge(let size):
            "The picture is \(size) pixels; at most \(Photo.mostPixels / 1_000_000) megapixels "
                + "are accepted."
        case .tooSmall(let size):
            "The picture is \(size) pixels; each side must be at least "
                + "\(Photo.shortestSide) pixels."
        case .tooManyBytes:
            "The picture is larger than \(Photo.mostBytes / 1_000_000) MB."
        case .frameSize(let size):
            "\(size) is not a usable frame size."
        }
    }
}
