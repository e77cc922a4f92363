import Foundation
import Postgres
import TestDatabase
import Testing

@testable import Ledger

/// An account's address is what the sign-in said last.
@Suite(.database) struct AddressTests {
    private let start = Date(timeIntervalSince1970: 1_790_000_000)

    private func open(
        _ user: ID<User>, _ email: String, after seconds: TimeInterval, welcome: Int = 0
    ) async throws {
        let time = start + seconds
        try await TestDatabase.current.pool.transaction {
            try Ledger.open(
                user, email: email, asOf: time, welcome: Credits(welcome), in: $0)
        }
    }

    private func row(_ user: ID<User>) async throws -> (email: String, balance: Int) {
        let rows = try await TestDatabase.current.pool.rows(
            "SELECT email, balance FROM public.users WHERE id = \(user)", as: .service)
        return (try rows[0].value("email"), try rows[0].value("balance"))
    }

    private func close(_ user: ID<User>) async throws {
        try await TestDatabase.current.pool.transaction { try Ledger.close(user, in: $0) }
    }

    @Test func `the address follows later news, and no earlier ones`() async throws {
        let user = ID<User>.new()
        try await open(user, "old@example.com", after: 0)
        try await open(user, "new@example.com", after: 60)
        try await open(user, "old@example.com", after: 30)
        #expect(try await row(user).email == "new@example.com")
        try await open(user, "old@example.com", after: 90)
        #expect(try await row(user).email == "old@example.com")
    }

    @Test func `an account from before addresses had a time follows too`() async throws {
        let user = try await TestDatabase.current.makeUser()
        try await open(user, "new@example.com", after: 0)
        #expect(try await row(user).email == "new@example.com")
    }

    @Test func `many at once open one account with one welcome`() async throws {
        let user = ID<User>.new()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await open(
                        user, number.isMultiple(of: 2) ? "old@example.com" : "new@example.com",
                        after: number.isMultiple(of: 2) ? 0 : 60, welcome: 20)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await row(user) == ("new@example.com", 20))
    }

    @Test func `a closed account is opened by nothing`() async throws {
        let user = ID<User>.new()
        try await open(user, "ada@example.com", after: 0)
        try await close(user)
        for email in ["ada@example.com", "new@example.com"] {
            await #expect(throws: LedgerError.noSuchUser) {
                try await open(user, email, after: 60)
            }
        }
        #expect(try await row(user).email.hasSuffix("@placemint.invalid"))
    }

    @Test func `changing the address back and forth earns no second welcome`() async throws {
        let first = ID<User>.new()
        try await open(first, "ada@example.com", after: 0, welcome: 20)
        try await open(first, "eve@example.com", after: 10, welcome: 20)
        let second = ID<User>.new()
        try await open(second, "ada@example.com", after: 20, welcome: 20)
        #expect(try await row(second).balance == 0)
        try await close(first)
        let third = ID<User>.new()
        try await open(third, "ADA@example.com", after: 30, welcome: 20)
        #expect(try await row(third).balance == 0, "nor once the account is closed")
        let stranger = ID<User>.new()
        try await open(stranger, "eve@example.com", after: 40, welcome: 20)
        #expect(try await row(stranger).balance == 20, "this one was welcomed by nobody")
    }

    @Test func `an operator's credits go to whoever has the address now`() async throws {
        let former = ID<User>.new()
        let owner = ID<User>.new()
        try await open(owner, "ada@example.com", after: 10)
        try await open(former, "ada@example.com", after: 0)
        try await TestDatabase.current.pool.transaction { transaction in
            _ = try Ledger.move(
                Credits(5), ofPersonWith: "ada@example.com",
                by: try OperatorAction(.grant, by: "Olga", reason: "late"), in: transaction)
        }
        #expect(try await row(owner).balance == 5)
        #expect(try await row(former).balance == 0)
    }
}
