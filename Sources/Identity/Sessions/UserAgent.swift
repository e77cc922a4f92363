/// What a browser says of itself, in the names that people know.
package struct UserAgent: Equatable, Sendable {
    /// Nil when it is none of the common ones, as of a program.
    package let browser: String?
    package let system: String?

    // The first counts: browsers and systems name what they descend from, too.
    private static let browsers = [
        ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"),
        ("Safari", "Safari"),
    ]
    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("CrOS", "ChromeOS"), ("Mac OS", "macOS"), ("Linux", "Linux"),
    ]

    /// - Parameter text: the User-Agent field (RFC 9110, 10.1.5).
    package init(_ text: String) {
        browser = Self.browsers.first { text.contains($0.0) }?.1
        system = Self.systems.first { text.contains($0.0) }?.1
    }
}
