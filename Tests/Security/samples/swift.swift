// What each rule has to find, and what it has to let be. Never compiled.

func scripts(_ wire: Wire, name: String) throws {
    // ruleid: swift-interpolated-sql-script
    try wire.runScript("CREATE DATABASE \(name)")
    // ruleid: swift-interpolated-sql-script
    try wire.runScript("CREATE DATABASE " + name)
    // ruleid: swift-interpolated-sql-script
    _ = SQL(script: "LISTEN \(name)")
    // ok: swift-interpolated-sql-script
    try wire.runScript(name)
    // ok: swift-interpolated-sql-script
    try wire.runScript("CREATE SCHEMA IF NOT EXISTS studio")
    // ok: swift-interpolated-sql-script
    _ = try pool.rows("SELECT 1 FROM public.users WHERE id = \(name)", as: .service)
}

func statements(id: String) {
    // ruleid: swift-sql-made-of-strings
    let query = "SELECT * FROM public.users WHERE id = '" + id + "'"
    // ok: swift-sql-made-of-strings
    let bound: SQL = "SELECT * FROM public.users WHERE id = \(id)"
    // ok: swift-sql-made-of-strings
    let words = "Select a format" + id
}

func requests(_ url: URL) async throws {
    // ruleid: swift-http-past-outbound
    let client = HTTPClient(eventLoopGroupProvider: .singleton)
    // ruleid: swift-http-past-outbound
    let (data, _) = try await URLSession.shared.data(from: url)
    // ok: swift-http-past-outbound
    let answer = try await transport.send("GET", url)
    var configuration = HTTPClient.Configuration()
    // ruleid: swift-redirect-followed
    configuration.redirectConfiguration = .follow(max: 5, allowCycles: false)
    // ok: swift-redirect-followed
    configuration.redirectConfiguration = .disallow
}

func headers(key: String) {
    // ruleid: swift-key-in-a-new-place
    let all = ["Authorization": "Bearer \(key)"]
    // ruleid: swift-key-in-a-new-place
    fields["x-goog-api-key"] = key
    // ok: swift-key-in-a-new-place
    let allowed = "Authorization, Content-Type"
    // ok: swift-key-in-a-new-place
    let isKey = fields["authorization"] == nil
}

func logs(_ session: Session, _ error: any Error) {
    // ruleid: swift-secret-in-log
    logger.info("Signed in", metadata: ["session.token": "\(session.accessToken)"])
    // ruleid: swift-secret-in-log
    context.logger.debug("Sent to \(mail.email)")
    // ruleid: swift-secret-in-log
    logger.notice("Sign-in code", metadata: ["code": "\(mail.code)"])
    // ruleid: swift-secret-in-log
    logger.error("Stripe refused", metadata: ["key": "\(settings.secretKey)"])
    // ruleid: swift-secret-in-log
    logger.warning("A prompt was refused", metadata: ["prompt": "\(job.prompt)"])
    // ok: swift-secret-in-log
    logger.error("A mail could not be sent", metadata: ["error": "\(error)"])
    // ok: swift-secret-in-log
    logger.notice("A job failed", metadata: ["error.code": "\(failure.code.rawValue)"])
    // ok: swift-secret-in-log
    logger.warning("A token was not taken")
    // ok: swift-secret-in-log
    view.error("Wrong code", metadata: ["code": "\(mail.code)"])
}

func shells(_ name: String) {
    // ruleid: swift-shell-with-values
    let bad = ["/bin/sh", "-c", "ffmpeg -i \(name)"]
    // ok: swift-shell-with-values
    let good = ["/bin/sh", "-c", "exec \"$0\" \"$@\"", name]
}
