import Synchronization

/// Where a process may die: before and after each round trip to the database, which is every
/// place between two statements. Tests arm it; a server has none.
package final class FaultPoint: Sendable {
    /// The process is as good as dead: nothing it does reaches the database any more.
    package struct ProcessDied: Error, Equatable {
        package init() {}
    }

    private enum State {
        case idle
        case armed(passings: Int)
        case dead
    }

    private let state = Mutex(State.idle)

    package init() {}

    /// Lets the process die at one of its next passings, counted from 0.
    package func arm(after passings: Int) {
        state.withLock { $0 = .armed(passings: passings) }
    }

    /// What was armed and has not struck is forgotten. The dead stay dead.
    package func disarm() {
        state.withLock { state in
            if case .armed = state { state = .idle }
        }
    }

    package var hasStruck: Bool {
        state.withLock { state in
            if case .dead = state { true } else { false }
        }
    }

    func pass() throws {
        try state.withLock { state in
            switch state {
            case .idle: return
            case .armed(let passings) where passings > 0:
                state = .armed(passings: passings - 1)
            case .armed, .dead:
                state = .dead
                throw ProcessDied()
            }
        }
    }
}
