import Foundation

/// A `multipart/form-data` body (RFC 7578).
struct MultipartBody {
    private let boundary = "placemint-\(UUID().uuidString)"
    private var data = Data()

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    mutating func add(_ name: String, _ text: String) {
        open(name, extra: "")
        data.append(Data("\r\n\(text)\r\n".utf8))
    }

    mutating func add(_ name: String, file: Data, named filename: String, type: String) {
        open(name, extra: "; filename=\"\(filename)\"")
        data.append(Data("Content-Type: \(type)\r\n\r\n".utf8))
        data.append(file)
        data.append(Data("\r\n".utf8))
    }

    private mutating func open(_ name: String, extra: String) {
        let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\(extra)\r\n"
        data.append(Data(head.utf8))
    }

    var encoded: Data { data + Data("--\(boundary)--\r\n".utf8) }
}
