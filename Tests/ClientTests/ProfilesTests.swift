import Foundation
import Testing

@testable import Client

@Suite struct ProfilesTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "profiles-\(UUID().uuidString)")

    private var profiles: Profiles { Profiles(environment: ["XDG_CONFIG_HOME": folder.path]) }

    private func profile(_ key: String) throws -> Profiles.Profile {
        Profiles.Profile(server: try #require(URL(string: "https://studio.example")), key: key)
    }

    @Test func `what is kept is found again, and only its owner can read it`() throws {
        #expect(try profiles.find(nil) == nil)
        try profiles.keep(profile("pm_1"), as: "work")
        try profiles.keep(profile("pm_2"), as: "home")
        #expect(try profiles.find("work")?.key == "pm_1")
        #expect(try profiles.find(nil)?.key == "pm_2", "the last one is the usual one")
        for (path, mode) in [
            (profiles.file.path, 0o600), (profiles.file.deletingLastPathComponent().path, 0o700),
        ] {
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            #expect(facts[.posixPermissions] as? Int == mode)
        }
        #expect(try profiles.remove("home"))
        #expect(try profiles.find(nil)?.key == "pm_1")
        #expect(try profiles.remove("home") == false)
    }

    @Test func `a damaged file is not written over`() throws {
        try profiles.keep(profile("pm_1"), as: "work")
        try Data("{".utf8).write(to: profiles.file)
        #expect(throws: ClientError.self) { try profiles.find(nil) }
        #expect(throws: ClientError.self) { try profiles.keep(profile("pm_2"), as: "work") }
        #expect(try Data(contentsOf: profiles.file) == Data("{".utf8))
    }
}
