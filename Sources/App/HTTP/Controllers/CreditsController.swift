import Foundation
import Hummingbird
import Ledger
import Postgres

/// A person's balance and its history.
struct CreditsController {
    let pool: Pool

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.get("credits", use: balance)
            .get("credits/ledger", use: ledger)
    }

    @Sendable func balance(_ request: Request, _ context: StudioContext) async throws -> Response {
        let standing = try await Statement(pool, of: context.user).standing()
        return try JSONReply(BalanceReply(standing)).response()
    }

    /// Newest first; `after` is the `seq` of the last entry seen. As CSV: everything the filter
    /// lets through, for a spreadsheet.
    @Sendable func ledger(_ request: Request, _ context: StudioContext) async throws -> Response {
        let reader = LedgerQuery(request)
        let statement = NamedStatement(pool, of: try context.user)
        let filter = try reader.filter()
        if try reader.wantsCSV() { return LedgerCSV(statement, filter).response() }
        let page = PageReader(request: request)
        let limit = try page.limit()
        let entries = try await statement.entries(
            filter, before: try reader.before(), limit: limit + 1)
        return try JSONReply(
            ListReply(
                entries, limit: limit, id: { String($0.seq) }, item: EntryReply.init)
        ).response()
    }
}
