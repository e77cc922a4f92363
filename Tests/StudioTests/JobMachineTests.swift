import Foundation
import Testing
import VideoModels

@testable import Studio

/// The rules of a job's life as a table: where it stands, what happens, what follows.
@Suite struct JobMachineTests {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    static let token = SubmitToken(UUID())
    static let clip = ProviderJobID("clip-1")

    static func machine(
        _ stage: JobMachine.Stage, attempts: Int = 1, named: Bool = false,
        startedAgo: TimeInterval = 10, renderedAgo: TimeInterval? = nil,
        deadlineIn: TimeInterval = 600
    ) -> JobMachine {
        JobMachine(
            stage: stage, attempts: stage == .queued ? attempts - 1 : attempts,
            submitToken: stage == .queued ? nil : token, providerJobID: named ? clip : nil,
            startedAt: stage == .queued ? nil : now - startedAgo,
            renderedAt: renderedAgo.map { now - $0 }, deadline: now + deadlineIn)
    }

    struct Case: CustomTestStringConvertible {
        let machine: JobMachine
        let event: JobMachine.Event
        let stage: JobMachine.Stage
        let action: JobMachine.Action
        var failure: JobFailure.Code?

        var testDescription: String { "\(machine.stage) + \(event)" }
    }

    static let cases: [Case] = [
        // What a worker finds, whoever left it.
        Case(machine: machine(.queued), event: .claimed, stage: .queued, action: .makeFrame),
        Case(
            machine: machine(.submitting), event: .claimed, stage: .submitting,
            action: .find(token)),
        Case(
            machine: machine(.rendering, named: true), event: .claimed, stage: .rendering,
            action: .poll(clip)),
        Case(
            machine: machine(.rendering), event: .claimed, stage: .rendering, action: .find(token)),
        Case(
            machine: machine(.storing, named: true), event: .claimed, stage: .storing,
            action: .store(clip)),
        Case(machine: machine(.storing), event: .claimed, stage: .storing, action: .find(token)),
        // Before the create.
        Case(
            machine: machine(.queued), event: .noSlot, stage: .queued, action: .wait(.seconds(1))),
        Case(
            machine: machine(.queued), event: .frameReady(token), stage: .submitting,
            action: .create(token)),
        Case(
            machine: machine(.queued), event: .frameFailed, stage: .done, action: .finish,
            failure: .storageFailed),
        // The create's answer.
        Case(
            machine: machine(.submitting),
            event: .created(.accepted(clip, askAgainAfter: .seconds(7))), stage: .rendering,
            action: .wait(.seconds(7))),
        Case(
            machine: machine(.submitting), event: .created(.accepted(clip, askAgainAfter: nil)),
            stage: .rendering, action: .wait(.seconds(2))),
        Case(
            machine: machine(.submitting), event: .created(.clip), stage: .storing,
            action: .store(nil)),
        Case(
            machine: machine(.submitting),
            event: .createFailed(.notStarted(retryAfter: .seconds(9))), stage: .queued,
            action: .wait(.seconds(9))),
        // A provider that is full or away is waited for, longer each time.
        Case(
            machine: machine(.submitting, attempts: 3),
            event: .createFailed(.notStarted(retryAfter: nil)), stage: .queued,
            action: .wait(.seconds(8))),
        Case(
            machine: machine(.submitting, attempts: 40),
            event: .createFailed(.notStarted(retryAfter: nil)), stage: .queued,
            action: .wait(.seconds(30))),
        Case(
            machine: machine(.submitting, attempts: JobMachine.attemptLimit),
            event: .found(.nothingCreated), stage: .done, action: .finish, failure: .modelError),
        Case(
            machine: machine(.submitting), event: .createFailed(.unknownOutcome),
            stage: .submitting, action: .find(token)),
        Case(
            machine: machine(.submitting), event: .createFailed(.transient), stage: .submitting,
            action: .find(token)),
        Case(
            machine: machine(.submitting), event: .createFailed(.rejected), stage: .done,
            action: .finish, failure: .contentRejected),
        Case(
            machine: machine(.submitting), event: .createFailed(.unavailable), stage: .done,
            action: .finish, failure: .modelUnavailable),
        Case(
            machine: machine(.submitting), event: .createFailed(.failed), stage: .done,
            action: .finish, failure: .modelError),
        // What became of a create whose answer was lost.
        Case(
            machine: machine(.submitting), event: .found(.accepted(clip)), stage: .rendering,
            action: .poll(clip)),
        Case(
            machine: machine(.submitting), event: .found(.nothingCreated), stage: .queued,
            action: .wait(.zero)),
        Case(
            machine: machine(.submitting), event: .found(.unknown), stage: .done, action: .finish,
            failure: .submitUnknown),
        // Rendering.
        Case(
            machine: machine(.rendering, named: true),
            event: .polled(.running(progress: 0.5, askAgainAfter: .seconds(3))),
            stage: .rendering, action: .wait(.seconds(3))),
        Case(
            machine: machine(.rendering, named: true, startedAgo: 80),
            event: .polled(.running(progress: nil, askAgainAfter: nil)), stage: .rendering,
            action: .wait(.seconds(8))),
        Case(
            machine: machine(.rendering, named: true, startedAgo: 400),
            event: .polled(.running(progress: nil, askAgainAfter: nil)), stage: .rendering,
            action: .wait(.seconds(15))),
        Case(
            machine: machine(.rendering, named: true), event: .polled(.completed(cost: nil)),
            stage: .storing, action: .store(clip)),
        Case(
            machine: machine(.rendering, named: true),
            event: .polled(.failed(VideoModelError(.rejected, ""), cost: nil)), stage: .done,
            action: .finish, failure: .contentRejected),
        Case(
            machine: machine(.rendering, named: true),
            event: .polled(.failed(VideoModelError(.failed, ""), cost: nil)), stage: .done,
            action: .finish,
            failure: .modelError),
        Case(
            machine: machine(.rendering, named: true), event: .pollFailed(.transient),
            stage: .rendering, action: .wait(.seconds(2))),
        Case(
            machine: machine(.rendering, named: true), event: .pollFailed(.unavailable),
            stage: .rendering, action: .wait(.seconds(2))),
        Case(
            machine: machine(.rendering, named: true, startedAgo: 30),
            event: .pollFailed(.notFound), stage: .rendering, action: .wait(.seconds(3))),
        Case(
            machine: machine(.rendering, named: true, startedAgo: 90),
            event: .pollFailed(.notFound), stage: .done, action: .finish, failure: .modelError),
        Case(
            machine: machine(.rendering, named: true),
            event: .polled(.failed(VideoModelError(.unavailable, ""), cost: nil)), stage: .done,
            action: .finish, failure: .modelUnavailable),
        // Cancelling.
        Case(
            machine: machine(.queued), event: .cancelRequested, stage: .done, action: .finish,
            failure: .cancelled),
        Case(
            machine: machine(.rendering, named: true), event: .cancelRequested,
            stage: .rendering, action: .cancel(clip)),
        Case(
            machine: machine(.rendering), event: .cancelRequested, stage: .rendering,
            action: .find(token)),
        Case(
            machine: machine(.submitting), event: .cancelRequested, stage: .submitting,
            action: .find(token)),
        Case(
            machine: machine(.storing, named: true), event: .cancelRequested, stage: .storing,
            action: .store(clip)),
        Case(
            machine: machine(.rendering, named: true), event: .cancelAnswered(true), stage: .done,
            action: .finish, failure: .cancelled),
        Case(
            machine: machine(.rendering, named: true), event: .cancelAnswered(false),
            stage: .rendering, action: .poll(clip)),
        // Storing.
        Case(
            machine: machine(.storing, named: true), event: .clipRefused, stage: .done,
            action: .finish, failure: .contentRejected),
        Case(
            machine: machine(.storing), event: .clipInvalid, stage: .done, action: .finish,
            failure: .clipInvalid),
        Case(
            machine: machine(.storing), event: .storeFailed, stage: .storing,
            action: .wait(.seconds(2))),
        // Longer each time, up to 15 seconds, and as long as the deadline lasts.
        Case(
            machine: machine(.storing, renderedAgo: 60), event: .storeFailed, stage: .storing,
            action: .wait(.seconds(6))),
        Case(
            machine: machine(.storing, renderedAgo: 500), event: .storeFailed, stage: .storing,
            action: .wait(.seconds(15))),
        Case(
            machine: machine(.queued), event: .storeFailed, stage: .queued,
            action: .wait(.seconds(2))),
        Case(
            machine: machine(.storing, renderedAgo: 179), event: .downloadFailed, stage: .storing,
            action: .wait(.seconds(2))),
        Case(
            machine: machine(.storing, renderedAgo: 181), event: .downloadFailed, stage: .done,
            action: .finish, failure: .modelError),
        Case(machine: machine(.storing), event: .stored, stage: .done, action: .finish),
        // A clip that is stored counts, however late.
        Case(
            machine: machine(.storing, deadlineIn: -5), event: .stored, stage: .done,
            action: .finish),
    ]

    @Test(arguments: cases)
    func `each event leads where the rules say`(row: Case) {
        var machine = row.machine
        #expect(machine.apply(row.event, at: Self.now) == row.action)
        #expect(machine.stage == row.stage)
        #expect(machine.failure?.code == row.failure)
    }

    static let anyEvent: [JobMachine.Event] = [
        .claimed, .noSlot, .frameReady(token), .frameFailed, .created(.clip),
        .created(.accepted(clip, askAgainAfter: nil)), .createFailed(.transient),
        .found(.nothingCreated), .polled(.completed(cost: nil)), .pollFailed(.transient),
        .clipInvalid,
        .storeFailed, .downloadFailed, .clipRefused, .cancelRequested, .cancelAnswered(true),
        .cancelAnswered(false),
    ]

    @Test(arguments: anyEvent, [JobMachine.Stage.queued, .submitting, .rendering, .storing])
    func `past its deadline a job fails, whatever happens`(
        event: JobMachine.Event, stage: JobMachine.Stage
    ) {
        var machine = Self.machine(stage, named: stage == .rendering, deadlineIn: 0)
        #expect(machine.apply(event, at: Self.now) == .finish)
        #expect(machine.failure?.code == .deadlineExceeded)
        #expect(machine.status == .failed)
    }

    @Test(arguments: anyEvent + [.stored, .interrupted, .progressed(0.5)])
    func `a job that is over never changes again`(event: JobMachine.Event) {
        for failure in [nil, JobFailure(code: .modelError)] {
            var machine = JobMachine(stage: .done, deadline: Self.now + 60, failure: failure)
            let before = machine
            #expect(machine.apply(event, at: Self.now) == .finish)
            #expect(machine == before)
        }
    }

    @Test func `a clip at a provider is still taken for a while after the deadline`() {
        for (stage, named, isTaken) in [
            (JobMachine.Stage.rendering, true, true), (.storing, true, true),
            (.rendering, false, false), (.submitting, false, false), (.queued, false, false),
        ] {
            var machine = Self.machine(stage, named: named, deadlineIn: 0)
            _ = machine.apply(.claimed, at: Self.now)
            #expect(machine.failure?.code == .deadlineExceeded)
            #expect((machine.lateUntil != nil) == isTaken, "\(stage)")
        }
    }

    @Test func `what a clip cost the operator is kept, also of one that failed`() {
        let cost = ProviderCost(amount: 60, unit: "credits")
        for status in [
            RenderStatus.completed(cost: cost), .failed(VideoModelError(.failed, ""), cost: cost),
        ] {
            var machine = Self.machine(.rendering, named: true)
            _ = machine.apply(.polled(status), at: Self.now)
            #expect(machine.cost == cost)
        }
    }

    @Test func `progress only grows, and never decides anything`() {
        var machine = Self.machine(.submitting)
        _ = machine.apply(.progressed(0.5), at: Self.now)
        #expect(machine.stage == .rendering && machine.progress == 45)
        _ = machine.apply(.progressed(0.2), at: Self.now)
        #expect(machine.progress == 45)
        _ = machine.apply(.progressed(7), at: Self.now + 9999)
        #expect(machine.progress == 90 && machine.failure == nil)
    }

    @Test func `an interrupted job keeps its stage for the next worker`() {
        for stage in [JobMachine.Stage.queued, .submitting, .rendering, .storing] {
            var machine = Self.machine(stage)
            let before = machine
            #expect(machine.apply(.interrupted, at: Self.now) == .wait(.zero))
            #expect(machine == before)
        }
    }

    @Test func `a second create is only sent with proof that the first made nothing`() {
        // From every stage after the first create, every event but two leads to no new create.
        for stage in [JobMachine.Stage.submitting, .rendering, .storing] {
            for event in Self.anyEvent {
                var machine = Self.machine(stage)
                _ = machine.apply(event, at: Self.now)
                let isProof = event == .found(.nothingCreated)
                #expect(machine.stage != .queued || isProof, "\(stage) + \(event)")
            }
        }
    }
}
