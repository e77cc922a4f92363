import Crypto
import Foundation
import Postgres
import Studio
import Testing

@testable import App

@Suite struct MediaLinksTests {
    let links: MediaLinks
    let asset = ID<Asset>.new()
    let now = Date(timeIntervalSince1970: 1_763_800_000)

    init() throws {
        links = MediaLinks(
            key: SymmetricKey(data: Data("a key of a server".utf8)),
            base: try #require(URL(string: "https://studio.example")))
    }

    func parts(of url: String) throws -> (expires: Int, signature: String) {
        let match = try #require(url.firstMatch(of: /expires=(\d+)&signature=([\w-]+)$/))
        return (try #require(Int(match.1)), String(match.2))
    }

    @Test func `a link opens its file for an hour at least and two at most`() throws {
        let (expires, signature) = try parts(of: links.url(of: asset, at: now))
        #expect((3600...7200).contains(expires - Int(now.timeIntervalSince1970)))
        #expect(links.opens(asset, expires: expires, signature: signature, at: now))
        let end = Date(timeIntervalSince1970: TimeInterval(expires))
        #expect(links.opens(asset, expires: expires, signature: signature, at: end - 1))
        #expect(!links.opens(asset, expires: expires, signature: signature, at: end))
    }

    @Test func `it stays the same meanwhile, so that browsers have it cached`() {
        let hour = Date(timeIntervalSince1970: 1_763_798_400)
        #expect(links.url(of: asset, at: hour) == links.url(of: asset, at: hour + 3599))
        #expect(links.url(of: asset, at: hour) != links.url(of: asset, at: hour + 3600))
    }

    @Test func `no other file, time, key or signature opens anything`() throws {
        let (expires, signature) = try parts(of: links.url(of: asset, at: now))
        #expect(!links.opens(.new(), expires: expires, signature: signature, at: now))
        #expect(!links.opens(asset, expires: expires + 1, signature: signature, at: now))
        for forged in ["", "x", signature + "A", String(signature.dropLast()), "%%%", "AA=="] {
            #expect(!links.opens(asset, expires: expires, signature: forged, at: now), "\(forged)")
        }
        let other = MediaLinks(
            key: SymmetricKey(data: Data("another".utf8)), base: URL(filePath: "/"))
        #expect(!other.opens(asset, expires: expires, signature: signature, at: now))
    }

    @Test(arguments: [
        ("mug.mp4", "mug.mp4"),
        ("a b\"\r\nSet-Cookie: x.mp4", "a%20b%22%0D%0ASet-Cookie%3A%20x.mp4"),
        ("Tasse grün.mp4", "Tasse%20gr%C3%BCn.mp4"),
    ])
    func `a download's name cannot end its header`(name: String, encoded: String) {
        #expect(AssetDelivery.attachment(name) == "attachment; filename*=UTF-8''\(encoded)")
    }
}
