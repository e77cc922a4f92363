import Identity
import Postgres

/// The sign-in, when it is Supabase's.
extension Checkup {
    func supabaseKeys() async -> Finding? {
        guard let project = settings.supabase else { return nil }
        return await look(
            "sign-in keys",
            remedy: "check SUPABASE_URL, and the project's JWT signing keys: docs/runbook.md"
        ) { try await SupabaseProbe(project, transport: transport).keys() }
    }

    func supabaseSignIn() async -> Finding? {
        guard let project = settings.supabase else { return nil }
        return await look(
            "sign-in",
            remedy: "check SUPABASE_PUBLISHABLE_KEY, and Authentication in the project's dashboard"
        ) { try await SupabaseProbe(project, transport: transport).signIn() }
    }

    /// Whether closing an account removes the sign-in with it.
    func closing() async -> Finding? {
        guard settings.supabase != nil else { return nil }
        do {
            guard try await !SupabaseAccount.isHere(pool) else { return nil }
            return Finding(
                part: "closed accounts", state: .note,
                remark: "the project's auth.users is not in this database, or may not be changed: "
                    + "users who close their account have to be deleted at Supabase by hand",
                remedy: nil)
        } catch {
            // The database's own finding says it better.
            return nil
        }
    }
}
