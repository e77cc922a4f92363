import Postgres
import VideoModels

extension JobQueue {
    /// Gives a failed job the clip that came too late. Nothing else about it changes.
    /// - Throws: `LeaseLost`.
    func attach(_ clip: StoredClip, to claim: Claim) async throws {
        try await pool.transaction { transaction in
            try AssetStore.confirm([clip.video, clip.poster, clip.spritesheet], in: transaction)
            let row = try transaction.row(
                """
                UPDATE public.jobs
                SET video_asset_id = \(clip.video), poster_asset_id = \(clip.poster),
                    spritesheet_asset_id = \(clip.spritesheet), late_until = NULL,
                    lease_until = NULL
                WHERE id = \(claim.job.id) AND lease_token = \(claim.lease)
                  AND late_until IS NOT NULL AND deleted_at IS NULL
                RETURNING id
                """)
            guard row != nil else { throw LeaseLost() }
            try transaction.notify(Self.news(of: claim.job))
        }
    }

    func pauseLate(_ claim: Claim, for pause: Duration) async throws {
        _ = try await pool.rows(
            """
            UPDATE public.jobs
            SET lease_until = NULL,
                next_step_at = now() + make_interval(secs => \(pause.inSeconds))
            WHERE id = \(claim.job.id) AND lease_token = \(claim.lease)
            """, as: .service)
    }

    func endLate(_ claim: Claim) async throws {
        _ = try await pool.rows(
            """
            UPDATE public.jobs SET lease_until = NULL, late_until = NULL
            WHERE id = \(claim.job.id) AND lease_token = \(claim.lease)
            """, as: .service)
    }

    /// The provider's name for the clip that a remix changes.
    func original(of job: Job) async throws -> ProviderJobID? {
        guard let original = job.remixedFrom else { return nil }
        let rows = try await pool.rows(
            """
            SELECT provider_job_id FROM public.jobs
            WHERE id = \(original) AND user_id = \(job.user) AND model = \(job.model)
            """, as: .service)
        return try rows.first?.optional("provider_job_id", as: String.self)
            .map(ProviderJobID.init)
    }
}
