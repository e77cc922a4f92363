package import Postgres

extension Notice {
    /// What concerns one person: their balance, their videos.
    package static let eventChannel = "placemint_events"

    /// Says that a person's balance, or their leave to spend it, has changed.
    package static func credits(of user: ID<User>) -> Notice {
        Notice(eventChannel, "credits \(user)")
    }
}
