/// Which part of a list is wanted. Lists run along (created_at, id), newest first by default.
package struct Page<Entity>: Sendable {
    package enum Order: String, Sendable {
        case ascending = "asc"
        case descending = "desc"
    }

    /// One more is read than asked for, which tells whether there are more.
    package let limit: Int
    package let after: ID<Entity>?
    package let order: Order

    package init(limit: Int, after: ID<Entity>? = nil, order: Order = .descending) {
        self.limit = limit
        self.after = after
        self.order = order
    }
}

extension Page {
    /// What follows `after` in the list. Ids are time-ordered and settle the order of rows made in
    /// the same instant.
    package func condition(on table: SQL) -> SQL {
        guard let after else { return "" }
        return switch order {
        case .descending:
            "AND (created_at, id) < (SELECT created_at, id FROM \(table) WHERE id = \(after))"
        case .ascending:
            "AND (created_at, id) > (SELECT created_at, id FROM \(table) WHERE id = \(after))"
        }
    }

    package var orderAndLimit: SQL {
        switch order {
        case .descending: "ORDER BY created_at DESC, id DESC LIMIT \(limit + 1)"
        case .ascending: "ORDER BY created_at, id LIMIT \(limit + 1)"
        }
    }
}
