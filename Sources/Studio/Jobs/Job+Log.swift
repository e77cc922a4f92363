import Logging
import Postgres

extension Logger {
    /// The same log, with the job's name in every line, and the name of the request that ordered it.
    func of(_ job: ID<Job>, requestedBy request: String?) -> Logger {
        var logger = self
        logger[metadataKey: "job.id"] = "\(job)"
        if let request { logger[metadataKey: "request.id"] = "\(request)" }
        return logger
    }
}

extension JobQueue.Claim {
    func log(_ logger: Logger) -> Logger { logger.of(job.id, requestedBy: job.requestID) }
}

extension Poll {
    func log(_ logger: Logger) -> Logger { logger.of(id, requestedBy: requestID) }
}
