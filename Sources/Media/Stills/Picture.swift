import CVips
import Foundation

/// A libvips image. Lives and dies inside one `Darkroom.develop`.
final class Picture {
    let image: UnsafeMutablePointer<VipsImage>

    private init(owning image: UnsafeMutablePointer<VipsImage>) { self.image = image }

    deinit { cvips_release(image) }

    var width: Int { Int(vips_image_get_width(image)) }
    var height: Int { Int(vips_image_get_height(image)) }
    var size: PixelSize { PixelSize(width: width, height: height) }
    var bands: Int { Int(vips_image_get_bands(image)) }
    var hasAlpha: Bool { vips_image_hasalpha(image) != 0 }

    typealias Slot = UnsafeMutablePointer<UnsafeMutablePointer<VipsImage>?>

    /// Takes what one vips call makes.
    /// - Throws: `ImageError.unreadable` with vips' reason.
    static func make(_ call: (Slot) -> CInt) throws -> Picture {
        var made: UnsafeMutablePointer<VipsImage>?
        guard call(&made) == 0, let made else { throw failure() }
        return Picture(owning: made)
    }

    /// The error vips left behind, which is one buffer for all threads.
    static func failure() -> ImageError {
        let detail = String(cString: vips_error_buffer())
        vips_error_clear()
        return .unreadable(detail: detail.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    func then(_ call: (UnsafeMutablePointer<VipsImage>, Slot) -> CInt) throws -> Picture {
        try Picture.make { call(image, $0) }
    }

    /// Computes every pixel now, which also ends the need for the bytes it came from.
    func computed() throws -> Picture {
        guard let copy = vips_image_copy_memory(image) else { throw Picture.failure() }
        return Picture(owning: copy)
    }
}

extension Picture {
    /// A picture from bytes in memory, row by row, 8 bits a band.
    static func pixels(_ bytes: [UInt8], _ size: PixelSize, bands: Int) throws -> Picture {
        let raw = bytes.withUnsafeBytes {
            vips_image_new_from_memory_copy(
                $0.baseAddress, $0.count, CInt(size.width), CInt(size.height), CInt(bands),
                VIPS_FORMAT_UCHAR)
        }
        guard let raw else { throw failure() }
        return Picture(owning: raw).as(bands == 1 ? VIPS_INTERPRETATION_B_W : .srgb)
    }

    static func flat(_ colour: [UInt8], _ size: PixelSize) throws -> Picture {
        let one = PixelSize(width: 1, height: 1)
        return try pixels(colour, one, bands: colour.count).extended(to: size, x: 0, y: 0)
    }

    private func `as`(_ interpretation: VipsInterpretation) -> Picture {
        image.pointee.Type = interpretation
        return self
    }
}

extension VipsInterpretation {
    static var srgb: VipsInterpretation { VIPS_INTERPRETATION_sRGB }
}
