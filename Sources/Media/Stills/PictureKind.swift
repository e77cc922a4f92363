import CVips
import Foundation

/// The kinds of picture accepted. The bytes decide, never a name or a declared type.
enum PictureKind: CaseIterable {
    case jpeg
    case png
    case webp
    /// HEIC and AVIF.
    case heif
    case tiff
    /// The first frame of it.
    case gif

    /// libvips' class of loader; every other class is blocked.
    var loader: String {
        switch self {
        case .jpeg: "VipsForeignLoadJpeg"
        case .png: "VipsForeignLoadPng"
        case .webp: "VipsForeignLoadWebp"
        case .heif: "VipsForeignLoadHeif"
        case .tiff: "VipsForeignLoadTiff"
        case .gif: "VipsForeignLoadNsgif"
        }
    }

    /// `nil` when the bytes are no picture of these kinds.
    init?(of bytes: UnsafeRawBufferPointer) {
        guard let name = vips_foreign_find_load_buffer(bytes.baseAddress, bytes.count) else {
            vips_error_clear()
            return nil
        }
        let loader = String(cString: name)
        guard let kind = Self.allCases.first(where: { loader.hasPrefix($0.loader) }) else {
            return nil
        }
        self = kind
    }
}
