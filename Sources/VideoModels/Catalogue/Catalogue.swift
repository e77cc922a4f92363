package import Foundation

/// The models and packs of one installation, as its catalogue file has them.
package struct Catalogue: Equatable, Sendable {
    /// In the order of the file.
    package let models: [CatalogueModel]
    /// Cheapest first.
    package let packs: [CreditPack]
    /// The id of the model that serves a request that names none.
    package let defaultModelID: String
    /// How many clips may be under way at a provider at once, whatever the models; where there is
    /// such a limit.
    package let providerConcurrency: [ModelProvider: Int]

    /// Reads and checks a catalogue file.
    /// - Throws: `FileProblems` that name the file, the line and what would be right.
    package static func load(_ file: URL) throws -> Catalogue {
        let problems = ProblemList(file: file.relativePath)
        return try problems.value {
            CatalogueReader(problems: problems).catalogue(try LocatedJSON.read(file))
        }
    }

    /// The model with this id or alias.
    package func model(named name: String) -> CatalogueModel? {
        models.first { $0.id == name } ?? models.first { $0.aliases.contains(name) }
    }

    /// `nil` when the default is not among the models, as can happen to `offered(providers:)`.
    package var defaultModel: CatalogueModel? { models.first { $0.id == defaultModelID } }

    /// The same catalogue with only the models of these providers.
    package func offered(providers: Set<ModelProvider>) -> Catalogue {
        offered { providers.contains($0.provider) }
    }

    /// The same catalogue with only the models that can be served.
    package func offered(where isServed: (CatalogueModel) -> Bool) -> Catalogue {
        Catalogue(
            models: models.filter { $0.isOffered && isServed($0) },
            packs: packs, defaultModelID: defaultModelID,
            providerConcurrency: providerConcurrency)
    }

    /// The pack with this id.
    package func pack(_ id: String) -> CreditPack? { packs.first { $0.id == id } }
}
