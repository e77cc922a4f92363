import Foundation
import Synchronization

/// The thread of one connection, as an executor: libpq blocks, and must not block the threads
/// that all of Swift's tasks share.
final class ConnectionThread: SerialExecutor {
    /// libpq and decoding need little; ten connections should not reserve eighty megabytes.
    private static let stackBytes = 512 * 1024

    private let state = Mutex<State>(State())
    private let work = DispatchSemaphore(value: 0)

    private struct State {
        var jobs: [UnownedJob] = []
        var ended = false
    }

    /// Starts the thread. It lives until `end()`.
    static func start() -> ConnectionThread {
        let executor = ConnectionThread()
        let thread = Thread { executor.loop() }
        thread.stackSize = stackBytes
        thread.name = "postgres"
        thread.start()
        return executor
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        state.withLock { $0.jobs.append(unowned) }
        work.signal()
    }

    /// Lets the thread finish what is queued and go.
    func end() {
        state.withLock { $0.ended = true }
        work.signal()
    }

    private func loop() {
        while true {
            work.wait()
            let (jobs, ended) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.ended)
            }
            for job in jobs {
                job.runSynchronously(on: asUnownedSerialExecutor())
            }
            if ended && jobs.isEmpty { return }
        }
    }
}
