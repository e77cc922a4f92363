internal import Foundation

/// Who mail comes from: `hello@example.com` or `Placemint <hello@example.com>`.
package struct Sender: Equatable, Sendable {
    /// What fits one encoded word of a header, 75 characters, in base64.
    private static let nameBytesLimit = 45

    let name: String
    let address: EmailAddress

    /// - Parameter text: the setting `MAIL_FROM`.
    /// - Throws: `MailError.configuration`.
    package init(_ text: String) throws {
        let parts = text.split(separator: "<", omittingEmptySubsequences: false)
        guard parts.count <= 2, let last = parts.last else { throw Self.wrong }
        let name = parts.count == 2 ? parts[0].trimmingCharacters(in: .whitespaces) : ""
        let unquoted = name.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
        guard parts.count == 1 || last.hasSuffix(">"), unquoted.utf8.count <= Self.nameBytesLimit,
            unquoted.unicodeScalars.allSatisfy({ !CharacterSet.controlCharacters.contains($0) })
        else { throw Self.wrong }
        do {
            address = try EmailAddress(String(parts.count == 2 ? last.dropLast() : last))
        } catch {
            throw Self.wrong
        }
        self.name = unquoted
    }

    /// As it stands in a header.
    var header: String {
        name.isEmpty ? address.text : "\(HeaderText(name)) <\(address)>"
    }

    private static let wrong = MailError.configuration(
        "MAIL_FROM must be an address, or a name and an address: Placemint <hello@example.com>"
    )
}
