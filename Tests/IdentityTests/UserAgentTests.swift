import Testing

@testable import Identity

@Suite struct UserAgentTests {
    private static let like = "AppleWebKit/537.36 (KHTML, like Gecko)"

    @Test(arguments: [
        ("(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"),
        (
            "(Macintosh; Intel Mac OS X 10_15_7) \(like) Version/18.0 Safari/605.1.15", "Safari",
            "macOS"
        ),
        ("(Windows NT 10.0; Win64; x64) \(like) Chrome/140.0 Safari/537.36", "Chrome", "Windows"),
        (
            "(Windows NT 10.0; Win64) \(like) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge",
            "Windows"
        ),
        (
            "(Linux; Android 15; SM-S91) \(like) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36",
            "Samsung Internet", "Android"
        ),
        (
            "(iPhone; CPU iPhone OS 18_0 like Mac OS X) \(like) CriOS/140.0 Mobile Safari/604.1",
            "Chrome", "iPhone"
        ),
        ("(X11; CrOS x86_64 14541.0.0) \(like) Chrome/140.0 Safari/537.36", "Chrome", "ChromeOS"),
    ])
    func `browsers are called what people call them`(text: String, browser: String, system: String)
    {
        let agent = UserAgent("Mozilla/5.0 \(text)")
        #expect(agent.browser == browser && agent.system == system)
    }

    @Test func `a program is nothing that people know`() {
        #expect(UserAgent("python-requests/2.32") == UserAgent(""))
        #expect(UserAgent("").browser == nil && UserAgent("").system == nil)
    }
}
