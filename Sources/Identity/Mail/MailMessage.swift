internal import Foundation

/// A mail as RFC 5322 and MIME write it.
struct MailMessage {
    let mail: SignInMail
    let sender: Sender
    /// Unique, of letters only: a run of digits in it could be taken for the code.
    let id: String

    init(_ mail: SignInMail, from sender: Sender) {
        self.mail = mail
        self.sender = sender
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        id = String((0..<24).map { _ in letters[Int.random(in: 0..<letters.count)] })
    }

    /// - Parameter lineEnd: CRLF on the wire, LF in a file.
    func text(lineEnd: String) -> String {
        let boundary = "part-\(id)"
        let message = """
            Date: \(Self.date(mail.writtenAt))
            Message-ID: <\(id)@\(sender.address.domain)>
            From: \(sender.header)
            To: \(mail.to)
            Subject: \(mail.subject)
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: multipart/alternative; boundary="\(boundary)"

            --\(boundary)
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 7bit

            \(mail.text)
            --\(boundary)
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: 7bit

            \(mail.html)
            --\(boundary)--

            """
        return message.replacing("\n", with: lineEnd)
    }

    private static func date(_ date: Date) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return format.string(from: date)
    }
}
