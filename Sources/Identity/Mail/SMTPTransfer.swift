internal import CCurl
internal import Foundation
internal import Synchronization

/// One conversation with a mail server through libcurl.
final class SMTPTransfer: Sendable {
    /// A mail server that is alive answers within seconds.
    private static let connectSeconds = 10
    /// Some servers make unknown senders wait; few longer than this.
    private static let totalSeconds = 60

    enum Purpose: Sendable {
        case mail(from: EmailAddress, to: EmailAddress, String)
        /// To see whether the server is there and takes our name and password.
        case greeting(EmailAddress)
    }

    private let settings: SMTPSettings
    private let purpose: Purpose
    private let isCancelled = Atomic(false)

    init(_ settings: SMTPSettings, _ purpose: Purpose) {
        self.settings = settings
        self.purpose = purpose
    }

    /// Ends a running transfer within a second.
    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// Blocks until the server has taken the mail.
    /// - Throws: `MailError`; `CancellationError`.
    func run() throws {
        guard let handle = curl_easy_init() else { throw MailError.unreachable("out of memory") }
        defer { curl_easy_cleanup(handle) }
        let code =
            switch purpose {
            case .greeting: try greet(handle)
            case .mail(let sender, let recipient, let text):
                try send(handle, from: sender, to: recipient, text)
            }
        guard code != CURLE_OK else { return }
        throw error(code, answer: ccurl_response_code(handle))
    }

    private func send(
        _ handle: UnsafeMutableRawPointer, from sender: EmailAddress, to recipient: EmailAddress,
        _ text: String
    ) throws -> CURLcode {
        guard let recipients = curl_slist_append(nil, "<\(recipient)>") else {
            throw MailError.unreachable("out of memory")
        }
        defer { curl_slist_free_all(recipients) }
        let reader = Reader(Array(text.utf8))
        return try withExtendedLifetime(reader) {
            try configure(
                handle,
                [
                    ccurl_set_string(handle, CURLOPT_MAIL_FROM, "<\(sender)>"),
                    ccurl_set_list(handle, CURLOPT_MAIL_RCPT, recipients),
                    ccurl_set_long(handle, CURLOPT_UPLOAD, 1),
                    ccurl_set_reader(
                        handle, Self.read, Unmanaged.passUnretained(reader).toOpaque()),
                ])
            return curl_easy_perform(handle)
        }
    }

    private func greet(_ handle: UnsafeMutableRawPointer) throws -> CURLcode {
        try configure(
            handle,
            [
                ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, "NOOP"),
                ccurl_set_long(handle, CURLOPT_NOBODY, 1),
            ])
        return curl_easy_perform(handle)
    }

    // MARK: Options

    private func configure(
        _ handle: UnsafeMutableRawPointer, _ more: [CURLcode]
    ) throws {
        let tls = settings.security == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL
        var codes = [
            ccurl_set_string(handle, CURLOPT_URL, url),
            ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            ccurl_set_string(handle, CURLOPT_PROXY, ""),
            ccurl_set_long(handle, CURLOPT_USE_SSL, Int(tls.rawValue)),
            ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT, Self.connectSeconds),
            ccurl_set_long(handle, CURLOPT_TIMEOUT, Self.totalSeconds),
            ccurl_set_long(handle, CURLOPT_NOPROGRESS, 0),
            ccurl_set_progress(handle, Self.goOn, Unmanaged.passUnretained(self).toOpaque()),
        ]
        if let user = settings.user, let password = settings.password {
            codes.append(ccurl_set_string(handle, CURLOPT_USERNAME, user))
            codes.append(ccurl_set_string(handle, CURLOPT_PASSWORD, password))
        }
        guard (codes + more).allSatisfy({ $0 == CURLE_OK }) else {
            throw MailError.configuration("this libcurl cannot send mail: it lacks SMTP or TLS")
        }
    }

    /// libcurl greets the server with the URL's path.
    private var url: String {
        let scheme = settings.security == .tls ? "smtps" : "smtp"
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let domain =
            switch purpose {
            case .mail(let sender, _, _), .greeting(let sender): sender.domain
            }
        return "\(scheme)://\(host):\(settings.port)/\(domain)"
    }

    // MARK: Callbacks

    /// What is left to send. Used by libcurl's thread only.
    private final class Reader {
        private var rest: ArraySlice<UInt8>

        init(_ text: [UInt8]) { rest = text[...] }

        func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
            let part = rest.prefix(buffer.count)
            buffer.copyBytes(from: part)
            rest = rest.dropFirst(part.count)
            return part.count
        }
    }

    private static let read: curl_read_callback = { buffer, size, count, context in
        guard let buffer, let context else { return 0 }
        let target = UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
        return Unmanaged<Reader>.fromOpaque(context).takeUnretainedValue().read(into: target)
    }

    /// Called about once a second; anything but zero ends the transfer.
    private static let goOn: curl_xferinfo_callback = { context, _, _, _, _ in
        guard let context else { return 0 }
        let transfer = Unmanaged<SMTPTransfer>.fromOpaque(context).takeUnretainedValue()
        return transfer.isCancelled.load(ordering: .relaxed) ? 1 : 0
    }

    // MARK: Errors

    /// libcurl's own sentences are constant; the server's words may quote the address.
    private func error(_ code: CURLcode, answer: Int) -> any Error {
        let reason = String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_ABORTED_BY_CALLBACK: return CancellationError()
        case CURLE_LOGIN_DENIED: return MailError.loginRefused
        case CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION,
            CURLE_SSL_CACERT_BADFILE:
            return MailError.insecure(reason)
        default:
            return 400...599 ~= answer
                ? MailError.refused(code: answer) : MailError.unreachable(reason)
        }
    }
}
