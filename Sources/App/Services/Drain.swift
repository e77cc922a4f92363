import Synchronization

/// Whether this process is going: it still answers, and wants to be asked no more.
final class Drain: Sendable {
    private let began = Atomic(false)

    var isDraining: Bool { began.load(ordering: .relaxed) }

    /// Has `/readyz` say so from now on, and connections closed after their answers.
    func begin() { began.store(true, ordering: .relaxed) }
}
