import Foundation
import TestDatabase
import Testing

/// Random histories of everything that moves credits, with the process dying between any two
/// statements, compared with a reference after each step.
///
/// `PLACEMINT_SIMULATION_SEED=7` replays one history; `PLACEMINT_SOAK_SECONDS=600` goes on with new
/// ones for that long.
@Suite(.database) struct SimulationTests {
    private static let steps = 500
    private static let auditEvery = 100

    private static let environment = ProcessInfo.processInfo.environment

    /// 40 histories of 500 steps.
    static let seeds: [UInt64] =
        environment["PLACEMINT_SIMULATION_SEED"].flatMap(UInt64.init).map { [$0] }
        ?? Array(1...40)

    @Test(arguments: seeds) func `the books agree with the reference, whatever happens`(
        seed: UInt64
    ) async throws {
        let world = try await Self.run(seed, on: .current)
        // A history in which nothing happens proves nothing.
        #expect(world.deaths > 5)
        #expect(world.reference.jobs.count > 3)
        #expect(world.reference.purchases.values.contains { $0.isPaid })
    }

    @Test(.enabled(if: environment["PLACEMINT_SOAK_SECONDS"] != nil))
    func `and goes on agreeing for as long as told`() async throws {
        let seconds = Double(Self.environment["PLACEMINT_SOAK_SECONDS"] ?? "") ?? 0
        let end = ContinuousClock.now + .seconds(seconds)
        var steps = 0
        var seed = UInt64.random(in: 1_000...(.max))
        while ContinuousClock.now < end {
            try await TestDatabase.withNew { _ = try await Self.run(seed, on: $0) }
            steps += Self.steps
            seed += 1
        }
        Self.say("\(steps) steps soaked, all books agreed")
    }

    private static func run(_ seed: UInt64, on database: TestDatabase) async throws -> World {
        var step = 0
        do {
            var world = try await World(seed: seed, database: database)
            while step < steps {
                try await world.step()
                if step % auditEvery == 0 { try await world.audit() }
                step += 1
            }
            try await world.settle()
            return world
        } catch {
            Issue.record(
                "\(error); step \(step); replay with PLACEMINT_SIMULATION_SEED=\(seed)")
            throw error
        }
    }

    private static func say(_ text: String) {
        // A closed output hears nothing, and that is no reason to fail.
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }
}
