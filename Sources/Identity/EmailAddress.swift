internal import Foundation

/// An address that mail can be sent to, in lower case: `local@domain.tld`.
///
/// Only plain ASCII, without quotes, comments or control characters, so that an address can be put
/// into a mail's header as it is. International domains are written in their `xn--` form.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    /// RFC 5321 allows 254 in a path; Supabase stores 255.
    private static let lengthLimit = 255
    private static let localLimit = 64
    private static let labelLimit = 63

    private static let localCharacters = Set(
        "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+/=?^_`{|}~-")
    private static let labelCharacters = Set("abcdefghijklmnopqrstuvwxyz0123456789-")

    package let text: String

    /// Trims blanks around the address, as keyboards add them, and lowers its case.
    /// - Throws: `SignInError.emailInvalid`.
    package init(_ raw: String) throws {
        // Longer than any address even with blanks around it: not worth a look.
        // Some letters beyond ASCII become ASCII ones in lower case.
        guard raw.utf8.count <= 2 * Self.lengthLimit, raw.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw SignInError.emailInvalid
        }
        let text = raw.trimmingCharacters(in: .whitespaces).lowercased()
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.lengthLimit, halves.count == 2,
            Self.isLocalPart(halves[0]), Self.isDomain(halves[1])
        else { throw SignInError.emailInvalid }
        self.text = text
    }

    package var description: String { text }

    package var domain: String { String(text[text.index(after: separator)...]) }

    private var separator: String.Index { text.firstIndex(of: "@") ?? text.startIndex }

    private static func isLocalPart(_ text: Substring) -> Bool {
        text.utf8.count <= localLimit
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
                !atom.isEmpty && atom.allSatisfy(localCharacters.contains)
            }
    }

    private static func isDomain(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2
            && labels.allSatisfy { label in
                1...labelLimit ~= label.utf8.count && label.first != "-" && label.last != "-"
                    && label.allSatisfy(labelCharacters.contains)
            }
    }
}
