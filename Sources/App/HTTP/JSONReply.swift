import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat

/// A JSON answer. Our times are unix seconds already, so no date strategy is involved.
struct JSONReply<Value: Encodable> {
    let value: Value
    let status: HTTPResponse.Status

    init(_ value: Value, status: HTTPResponse.Status = .ok) {
        self.value = value
        self.status = status
    }

    func response(headers: HTTPFields = [:]) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(value)
        var fields = headers
        fields[.contentType] = "application/json"
        fields[.contentLength] = String(data.count)
        return Response(
            status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(data: data)))
    }
}

extension JSONReply: ResponseGenerator {
    func response(from request: Request, context: some RequestContext) throws -> Response {
        try response()
    }
}
