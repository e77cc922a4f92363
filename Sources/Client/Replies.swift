/// What the server answers, as far as a command needs it.

package struct ListReply<Item: Decodable & Sendable>: Decodable, Sendable {
    package let data: [Item]
    package let lastId: String?
    package let hasMore: Bool?
}

package struct VideoReply: Decodable, Sendable {
    package struct Failure: Decodable, Sendable {
        package let code: String
        package let message: String
    }

    package let id: String
    package let status: String
    package let progress: Int
    package let model: String
    package let seconds: String
    package let size: String
    package let credits: Int
    package let title: String?
    package let createdAt: Int
    package let error: Failure?

    package var isOver: Bool { status == "completed" || status == "failed" }
}

package struct FileReply: Decodable, Sendable {
    package let id: String
    package let width: Int?
    package let height: Int?
}

package struct QuoteReply: Decodable, Sendable {
    package struct Warning: Decodable, Sendable {
        package let message: String
    }

    package let credits: Int
    package let prompt: String
    package let warnings: [Warning]
    package let model: String
    package let size: String
    package let seconds: String
}

package struct BalanceReply: Decodable, Sendable {
    package let balance: Int
}

package struct EntryReply: Decodable, Sendable {
    package let amount: Int
    package let balanceAfter: Int
    package let kind: String
    package let note: String?
    package let createdAt: Int
}

package struct ModelReply: Decodable, Sendable {
    package let id: String
    package let name: String
    package let sizes: [String]
    package let seconds: [Int]
    package let creditsPerSecond: [String: Double]
    package let reference: String
    package let audio: Bool
    package let available: Bool
}

package struct FormatReply: Decodable, Sendable {
    package struct Length: Decodable, Sendable {
        package let min: Int
        package let max: Int
    }

    package let id: String
    package let title: String
    package let summary: String
    package let seconds: Length
}

package struct KeyReply: Decodable, Sendable {
    package let id: String
    package let key: String
}

/// `GET /config.json`.
package struct ConfigurationReply: Decodable, Sendable {
    package struct SignIn: Decodable, Sendable {
        package let kind: String
        package let url: String
        package let key: String?
    }

    package let api: String
    package let auth: SignIn
}

package struct SessionReply: Decodable, Sendable {
    package let accessToken: String
}
