package import Postgres

extension Purchase {
    /// Removes a person's name and address from what is kept of their payments. Amounts, times and
    /// Stripe's ids stay: they are what proves a payment.
    package static func forget(_ user: ID<User>, in transaction: Transaction) throws {
        try transaction.rows([
            "UPDATE public.purchases SET customer_email = NULL WHERE user_id = \(user)",
            """
            UPDATE public.stripe_events
            SET payload = payload #- '{data,object,customer_details}'
                #- '{data,object,customer_email}' #- '{data,object,receipt_email}'
                #- '{data,object,billing_details}' #- '{data,object,shipping}'
                #- '{data,object,shipping_details}' #- '{data,object,collected_information}'
            WHERE payload #>> '{data,object,metadata,user_id}' = \("\(user)")
              AND applied_at IS NOT NULL
            """,
        ])
    }

    /// All of a person's purchases, the latest first, read in their own name.
    /// - Throws: `PostgresError`.
    package static func all(of user: ID<User>, in pool: Pool) async throws -> [Purchase] {
        try await pool.rows(
            """
            SELECT \(columns) FROM public.purchases WHERE user_id = \(user)
            ORDER BY created_at DESC, id DESC
            """, as: .user(user)
        ).map(Purchase.init)
    }
}
