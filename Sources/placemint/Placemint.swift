import App
import ArgumentParser

@main struct Placemint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "placemint",
        abstract: "Turns a product photo into a vertical video.",
        discussion: """
            Settings come from the environment or from a file .env in the working folder; \
            docs/settings.md lists them. With none, everything runs on this machine: Postgres in \
            the data folder, mail as files, test payments, and clips drawn by ffmpeg.
            """,
        version: Version.current,
        subcommands: [Demo.self, Measure.self],
        groupedSubcommands: [
            CommandGroup(
                name: "For users:",
                subcommands: [
                    LoginCommand.self, LogoutCommand.self, ProfilesCommand.self,
                    GenerateCommand.self, VideosCommand.self, CreditsCommand.self,
                    FormatsCommand.self, ModelsCommand.self,
                ]),
            CommandGroup(
                name: "For operators:",
                subcommands: [
                    Serve.self, Work.self, Migrate.self, AuditCommand.self, SweepCommand.self,
                    ReconcileCommand.self, DoctorCommand.self, HealthCommand.self,
                ]),
        ])
}
