import Foundation
import Testing

@testable import Media

@Suite struct CropAreaTests {
    @Test(arguments: [
        (-0.01, 0, 0.5, 0.5), (0, -0.01, 0.5, 0.5), (0.6, 0, 0.5, 0.5), (0, 0.6, 0.5, 0.5),
        (0, 0, 0.01, 1), (0, 0, 1, 0.01), (0, 0, 0, 0), (.nan, 0, 0.5, 0.5), (0, 0, .infinity, 1),
    ])
    func `what is not inside the photo is no part of it`(
        x: Double, y: Double, width: Double, height: Double
    ) {
        #expect(CropArea(x: x, y: y, width: width, height: height) == nil)
    }

    @Test func `shares become pixels that are all in the photo`() throws {
        let area = try #require(CropArea(x: 0.25, y: 0.5, width: 0.75, height: 0.5))
        #expect(
            area.size(in: PixelSize(width: 401, height: 301)) == PixelSize(width: 301, height: 151))
        for side in 1...200 {
            let photo = PixelSize(width: side, height: side)
            let (left, top) = area.corner(in: photo)
            let size = area.size(in: photo)
            #expect(left + size.width <= side && top + size.height <= side)
        }
    }

    @Test func `too few pixels show no product`() throws {
        let area = try #require(CropArea(x: 0, y: 0, width: 0.1, height: 1))
        #expect(area.isUsable(in: PixelSize(width: 640, height: 640)))
        #expect(!area.isUsable(in: PixelSize(width: 630, height: 640)))
    }
}
