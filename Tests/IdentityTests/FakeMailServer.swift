import Foundation
import Synchronization
import Testing

/// An SMTP server on loopback that takes one mail at a time and remembers what it was told.
/// Ends by itself when nobody speaks to it for some seconds.
final class FakeMailServer: Sendable {
    struct Behaviour: Sendable {
        /// What it says it can, besides being there.
        var extensions: [String] = []
        /// Answers that differ from "250 OK", by the command's first word.
        var answers: [String: String] = [:]
        /// Takes connections and never speaks.
        var isSilent = false
    }

    private static let patience = timeval(tv_sec: 60, tv_usec: 0)

    let port: Int
    private let socket: Int32
    private let behaviour: Behaviour
    private let lines = Mutex<[String]>([])

    var commands: [String] { lines.withLock { $0 } }

    /// What came between DATA and the dot, dots unstuffed.
    var data: String {
        let all = commands
        guard let start = all.firstIndex(of: "DATA"), let end = all.firstIndex(of: ".") else {
            return ""
        }
        return all[(start + 1)..<end]
            .map { $0.hasPrefix("..") ? String($0.dropFirst()) : $0 }.joined(separator: "\n")
    }

    static func start(_ behaviour: Behaviour = Behaviour()) throws -> FakeMailServer {
        let server = try FakeMailServer(behaviour)
        Thread.detachNewThread { server.serve() }
        return server
    }

    private init(_ behaviour: Behaviour) throws {
        self.behaviour = behaviour
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let isBound = withUnsafeMutableBytes(of: &address) { raw in
            let pointer = raw.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(socket, pointer, length) == 0 && listen(socket, 8) == 0
                && getsockname(socket, pointer, &length) == 0
        }
        try #require(isBound)
        port = Int(UInt16(bigEndian: address.sin_port))
        Self.limitWaiting(socket)
    }

    private static func limitWaiting(_ socket: Int32) {
        var patience = patience
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    private func serve() {
        defer { close(socket) }
        while true {
            let client = accept(socket, nil, nil)
            guard client >= 0 else { return }
            Self.limitWaiting(client)
            converse(client)
            close(client)
        }
    }

    private func converse(_ client: Int32) {
        if !behaviour.isSilent { say("220 fake ready", to: client) }
        var isData = false
        var isLogin = false
        var pending: [UInt8] = []
        while let line = readLine(client, &pending) {
            lines.withLock { $0.append(line) }
            if isData {
                guard line == "." else { continue }
                isData = false
                say(behaviour.answers["."] ?? "250 taken", to: client)
                continue
            }
            guard !behaviour.isSilent else { continue }
            let verb = isLogin ? "AUTH" : String(line.prefix { $0 != " " })
            // A login without credentials is asked for them.
            isLogin = line == "AUTH PLAIN"
            say(isLogin ? "334 " : answer(verb), to: client)
            isData = verb == "DATA" && behaviour.answers["DATA"] == nil
            if verb == "QUIT" { return }
        }
    }

    private func answer(_ verb: String) -> String {
        if let answer = behaviour.answers[verb] { return answer }
        return switch verb {
        case "EHLO":
            (behaviour.extensions.map { "250-\($0)\r\n" } + ["250 8BITMIME"]).joined()
        case "DATA": "354 go on"
        case "AUTH": "235 welcome"
        case "QUIT": "221 bye"
        default: "250 OK"
        }
    }

    private func say(_ text: String, to client: Int32) {
        let bytes = Array((text + "\r\n").utf8)
        _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private func readLine(_ client: Int32, _ pending: inout [UInt8]) -> String? {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeSubrange(...end)
                return line.hasSuffix("\r") ? String(line.dropLast()) : line + "<bare LF>"
            }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0, pending.count < 1 << 20 else { return nil }
            pending += buffer.prefix(count)
        }
    }
}
