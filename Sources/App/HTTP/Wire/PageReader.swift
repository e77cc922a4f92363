import Hummingbird
import Postgres
import Studio

/// `limit`, `after` and `order` of a list.
struct PageReader {
    /// More rows are more than a page: a client asks again with `after`.
    static let limit = 100
    private static let usual = 20

    let request: Request

    /// - Throws: `APIError` `invalid_request` that names the parameter.
    func limit() throws -> Int {
        guard let text = request.uri.queryParameters["limit"] else { return Self.usual }
        guard let limit = Int(text), (1...Self.limit).contains(limit) else {
            throw APIError.invalid("limit", "limit must be a number from 1 to \(Self.limit).")
        }
        return limit
    }

    func after() -> String? { request.uri.queryParameters["after"].map(String.init) }

    /// - Throws: `APIError` `invalid_request` that names the parameter.
    func page<Entity>(_ parse: (String) throws -> ID<Entity>) throws -> Page<Entity> {
        let name = request.uri.queryParameters["order"].map(String.init) ?? "desc"
        guard let order = Page<Entity>.Order(rawValue: name) else {
            throw APIError.invalid("order", "order must be asc or desc.")
        }
        return Page(limit: try limit(), after: try after().map(parse), order: order)
    }
}

/// A page of a list, in OpenAI's shape.
struct ListReply<Item: Encodable>: Encodable {
    let object = "list"
    let data: [Item]
    let firstID: String?
    let lastID: String?
    let hasMore: Bool

    enum CodingKeys: String, CodingKey {
        case object, data
        case firstID = "first_id"
        case lastID = "last_id"
        case hasMore = "has_more"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(object, forKey: .object)
        try container.encode(data, forKey: .data)
        try container.encode(firstID, forKey: .firstID)
        try container.encode(lastID, forKey: .lastID)
        try container.encode(hasMore, forKey: .hasMore)
    }

    /// - Parameter rows: up to one more than the limit, which tells whether there are more.
    init<Row>(_ rows: [Row], limit: Int, id: (Row) -> String, item: (Row) -> Item) {
        let shown = rows.prefix(limit)
        data = shown.map(item)
        firstID = shown.first.map(id)
        lastID = shown.last.map(id)
        hasMore = rows.count > limit
    }
}
