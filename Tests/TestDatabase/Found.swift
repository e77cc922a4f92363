import Synchronization

/// What a callback was told.
package final class Found<Item: Sendable>: Sendable {
    private let items = Mutex<[Item]>([])

    package init() {}

    package var all: [Item] { items.withLock { $0 } }

    package func add(_ item: Item) { items.withLock { $0.append(item) } }
}
