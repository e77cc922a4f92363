import Foundation
import TestDatabase
import Testing
import VideoModels

@testable import Studio

/// Whole lives of jobs against a provider that does whatever providers do, with workers that die
/// between any two steps, on a clock that is not the wall's. Hundreds of thousands of steps a
/// second: nothing but the machine and a reference of what it may do.
@Suite struct JobLifeTests {
    /// What the provider did, whatever anybody was told of it.
    private struct Provider {
        /// Paid for, by token.
        var created: [SubmitToken: ProviderJobID] = [:]
        var creates: [SubmitToken: Int] = [:]
        var names = 0

        mutating func create(_ token: SubmitToken) -> ProviderJobID {
            creates[token, default: 0] += 1
            names += 1
            let name = ProviderJobID("clip-\(names)")
            created[token] = name
            return name
        }
    }

    private struct Life {
        var dice: SeededGenerator
        var now = Date(timeIntervalSince1970: 1_800_000_000)
        var provider = Provider()
        /// What is written down; a worker's own copy dies with it.
        var written: JobMachine
        var paid = 1
        var refunds = 0
        var hasClip = false
        var steps = 0
        var creates = 0

        init(seed: UInt64) {
            dice = SeededGenerator(seed: seed)
            written = JobMachine(deadline: now + Double(dice.number(20...900)))
        }

        /// One worker's time with the job.
        mutating func work() {
            var machine = written
            var action = machine.apply(dice.chance(3) ? .cancelRequested : .claimed, at: now)
            while true {
                steps += 1
                now += Double(dice.number(0...3))
                if dice.chance(8) { return }  // It dies, and what it knew with it.
                switch action {
                case .finish: return end(machine)
                case .wait(let pause):
                    written = machine
                    now += pause / .seconds(1)
                    return
                case .create: action = create(&machine)
                case .makeFrame: action = frame(&machine)
                default: action = follow(&machine, answer(to: action))
                }
                // A create is written down before it is sent, everything else before it is acted on.
                if case .create = action { written = machine }
            }
        }

        private mutating func end(_ machine: JobMachine) {
            guard written.stage != .done else { return }
            written = machine
            if machine.failure != nil { refunds += 1 }
        }

        private mutating func follow(
            _ machine: inout JobMachine, _ event: JobMachine.Event
        ) -> JobMachine.Action {
            let action = machine.apply(event, at: now)
            switch action {
            case .wait, .finish: break
            default: written = machine
            }
            return action
        }

        private mutating func frame(_ machine: inout JobMachine) -> JobMachine.Action {
            if dice.chance(10) { return follow(&machine, .noSlot) }
            if dice.chance(3) { return follow(&machine, .frameFailed) }
            return follow(&machine, .frameReady(SubmitToken(UUID())))
        }

        private mutating func create(_ machine: inout JobMachine) -> JobMachine.Action {
            guard let token = machine.submitToken else { return .finish }
            creates += 1
            switch dice.number(0...9) {
            case 0: return follow(&machine, .createFailed(.notStarted(retryAfter: nil)))
            case 1: return follow(&machine, .createFailed(.rejected))
            case 2: return follow(&machine, .createFailed(.unavailable))
            case 3:
                // It was created, and the answer was lost on the way.
                _ = provider.create(token)
                return follow(&machine, .createFailed(.unknownOutcome))
            case 4: return follow(&machine, .createFailed(.unknownOutcome))
            default:
                let name = provider.create(token)
                return follow(&machine, .created(.accepted(name, askAgainAfter: nil)))
            }
        }

        private mutating func answer(to action: JobMachine.Action) -> JobMachine.Event {
            switch action {
            case .find(let token):
                let name = provider.created[token]
                if dice.chance(50) { return .found(.unknown) }
                return .found(name.map(Finding.accepted) ?? .nothingCreated)
            case .poll: return polled()
            case .cancel: return .cancelAnswered(dice.chance(30))
            case .store: return stored()
            default: return .claimed
            }
        }

        private mutating func polled() -> JobMachine.Event {
            switch dice.number(0...9) {
            case 0: .polled(.completed(cost: nil))
            case 1: .polled(.failed(VideoModelError(.failed, ""), cost: nil))
            case 2: .polled(.failed(VideoModelError(.rejected, ""), cost: nil))
            case 3: .pollFailed(.notFound)
            case 4: .pollFailed(.transient)
            case 5: .pollFailed(.unavailable)
            default: .polled(.running(progress: 0.5, askAgainAfter: nil))
            }
        }

        private mutating func stored() -> JobMachine.Event {
            switch dice.number(0...6) {
            case 0: return .storeFailed
            case 6: return .downloadFailed
            case 1: return .clipInvalid
            case 2: return .clipRefused
            default:
                hasClip = true
                return .stored
            }
        }
    }

    @Test func `every life ends, is paid for once, and asks the provider once`() {
        var steps = 0
        var ends: [JobFailure.Code?: Int] = [:]
        for seed in 1...40_000 as ClosedRange<UInt64> {
            var life = Life(seed: seed)
            var workers = 0
            while life.written.stage != .done {
                life.work()
                workers += 1
                guard workers < 10_000 else {
                    Issue.record("seed \(seed): it never ends")
                    return
                }
            }
            steps += life.steps
            let failure = life.written.failure
            ends[failure?.code, default: 0] += 1
            let wrong =
                life.refunds != (failure == nil ? 0 : 1)
                || life.provider.creates.values.contains { $0 > 1 }
                || life.provider.creates.count > 1
                || (failure == nil && !life.hasClip) || life.paid != 1
            if wrong {
                Issue.record(
                    """
                    seed \(seed): \(life.refunds) refunds, \(life.provider.creates.count) clips paid \
                    for, \(failure.map { "\($0.code)" } ?? "completed")
                    """)
                return
            }
        }
        #expect(steps > 200_000)
        // All kinds of ends were seen, or the lives were too tame.
        for code in [
            nil, .contentRejected, .modelUnavailable, .modelError, .submitUnknown,
            .deadlineExceeded, .clipInvalid, .storageFailed, .cancelled,
        ] as [JobFailure.Code?] {
            #expect(ends[code, default: 0] > 20, "\(String(describing: code)): \(ends)")
        }
    }
}

extension SeededGenerator {
    fileprivate mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    fileprivate mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }
}
