package import Foundation

/// The mail that carries a code.
package struct SignInMail: Equatable, Sendable {
    package let to: EmailAddress
    package let code: String
    package let writtenAt: Date
    /// Sending it later helps nobody.
    package let expiresAt: Date

    package init(to: EmailAddress, code: String, writtenAt: Date, expiresAt: Date) {
        self.to = to
        self.code = code
        self.writtenAt = writtenAt
        self.expiresAt = expiresAt
    }

    var subject: String { "Your Placemint code" }

    private var minutes: Int { Int(expiresAt.timeIntervalSince(writtenAt) / 60) }

    // Plain ASCII in short lines, so that it needs no transfer encoding. The code stands alone on
    // a line, where phones and people find it.
    var text: String {
        """
        Your Placemint code is

        \(code)

        It works for \(minutes) minutes. If you did not ask for it, ignore this mail.

        """
    }

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <body style="margin:0;padding:32px;font:16px/1.5 system-ui,sans-serif">
        <p style="margin:0 0 8px">Your Placemint code is</p>
        <p style="margin:0 0 16px;font-size:32px;letter-spacing:4px"><b>\(code)</b></p>
        <p style="margin:0">It works for \(minutes) minutes.
        If you did not ask for it, ignore this mail.</p>
        </body>
        </html>

        """
    }
}
