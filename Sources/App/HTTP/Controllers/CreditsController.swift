import Foundation
import Hummingbird
import Ledger
import Postgres
import VideoModels

/// A person's balance and its history, and the packs to buy.
struct CreditsController {
    let pool: Pool
    let catalogue: Catalogue

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.get("credits", use: balance)
            .get("credits/ledger", use: ledger)
            .get("credits/packs", use: packs)
    }

    private struct BalanceReply: Encodable {
        let balance: Credits
    }

    @Sendable func balance(_ request: Request, _ context: StudioContext) async throws -> Response {
        let balance = try await Statement(pool, of: context.user).balance()
        return try JSONReply(BalanceReply(balance: balance)).response()
    }

    private struct EntryReply: Encodable {
        let seq: Int
        let amount: Credits
        let balanceAfter: Credits
        let kind: String
        let reference: String
        let note: String?
        let createdAt: Int

        init(_ entry: Entry) {
            seq = entry.seq
            amount = entry.amount
            balanceAfter = entry.balanceAfter
            kind = entry.kind.rawValue
            reference = entry.reference
            note = entry.note
            createdAt = entry.createdAt.unixSeconds
        }

        enum CodingKeys: String, CodingKey {
            case seq, amount, kind, reference, note
            case balanceAfter = "balance_after"
            case createdAt = "created_at"
        }
    }

    /// Newest first; `after` is the `seq` of the last entry seen. As CSV: everything, up to a
    /// page, for a spreadsheet.
    @Sendable func ledger(_ request: Request, _ context: StudioContext) async throws -> Response {
        let reader = PageReader(request: request)
        let limit = try reader.limit()
        let before = try reader.after().map { text in
            guard let seq = Int(text) else {
                throw APIError.invalid("after", "after must be the seq of an entry.")
            }
            return seq
        }
        let entries = try await Statement(pool, of: context.user)
            .entries(before: before, limit: limit + 1)
        if wantsCSV(request) { return csv(entries.prefix(limit)) }
        return try JSONReply(
            ListReply(
                entries, limit: limit, id: { String($0.seq) }, item: EntryReply.init)
        ).response()
    }

    private func wantsCSV(_ request: Request) -> Bool {
        request.uri.queryParameters["format"] == "csv"
            || request.headers[.accept]?.hasPrefix("text/csv") == true
    }

    private func csv(_ entries: some Sequence<Entry>) -> Response {
        let lines = entries.map { entry in
            let note = (entry.note ?? "").replacing("\"", with: "\"\"")
            return [
                "\(entry.seq)", entry.createdAt.ISO8601Format(), entry.kind.rawValue,
                "\(entry.amount)", "\(entry.balanceAfter)", "\"\(note)\"", entry.reference,
            ].joined(separator: ",")
        }
        let header = "seq,created_at,kind,amount,balance_after,note,reference"
        let text = ([header] + lines).joined(separator: "\r\n") + "\r\n"
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8",
                .contentDisposition: "attachment; filename=\"credits.csv\"",
            ], body: ResponseBody(byteBuffer: .init(string: text)))
    }

    private struct Packs: Encodable {
        let object = "list"
        let data: [CreditPack]
    }

    @Sendable func packs(_ request: Request, _ context: StudioContext) throws -> Response {
        try JSONReply(Packs(data: catalogue.packs)).response()
    }
}
