import Foundation
import Outbound
import Testing

@testable import Client

/// Where a token goes, and where it does not.
@Suite struct StudioClientTests {
    private func headers(_ address: String, from server: String) async throws -> [String: String] {
        let transport = Transport()
        let client = try StudioClient(server: #require(URL(string: server)), transport: transport)
            .signedIn(with: "secret")
        let headers = try client.authorization(for: client.url(address))
        try await transport.shutdown()
        return headers
    }

    @Test(arguments: ["/v1/videos", "https://studio.example/v1/videos", "v1/videos?after=../x"])
    func `the server that gave a token gets it`(address: String) async throws {
        let headers = try await headers(address, from: "https://studio.example")
        #expect(headers == ["Authorization": "Bearer secret"])
    }

    @Test(arguments: [
        "https://elsewhere.example/v1/videos", "//elsewhere.example/v1/videos",
        "http://studio.example/v1/videos", "https://studio.example:8443/v1/videos",
        "https://studio.example@elsewhere.example/", "https://studio.example.elsewhere.example/",
    ])
    func `no other origin gets it`(address: String) async throws {
        #expect(try await headers(address, from: "https://studio.example").isEmpty)
    }

    @Test func `who moves elsewhere takes the token that is given there`() async throws {
        let transport = Transport()
        let server = try #require(URL(string: "https://studio.example"))
        let client = try StudioClient(server: server, token: "key", transport: transport)
            .signedIn(with: "session", at: "https://project.supabase.example/auth/v1")
        let headers = try client.authorization(
            for: client.url("https://project.supabase.example/auth/v1/otp"))
        #expect(headers == ["Authorization": "Bearer session"])
        #expect(client.authorization(for: server).isEmpty)
        try await transport.shutdown()
    }
}
