/// Reads a whole catalogue and checks what concerns more than one entry.
struct CatalogueReader {
    static let keys: Set = [
        "$schema", "default_model", "provider_concurrency", "models", "packs",
    ]
    /// More models or packs than a person can choose from.
    static let modelLimit = 200
    static let packLimit = 20

    let problems: ProblemList

    func catalogue(_ root: LocatedJSON) -> Catalogue? {
        let field = JSONField(value: root, path: "", problems: problems)
        guard let file = JSONFields(field, keys: Self.keys) else { return nil }
        let models = file.required("models")?.items(1...Self.modelLimit)
        let packs = file.required("packs")?.items(1...Self.packLimit)
        let readModels = models?.compactMap(ModelReader.model)
        let readPacks = packs?.compactMap(PackReader.pack)
        let defaultModel = file.required("default_model")
        let limits = file.optional("provider_concurrency").map(limits) ?? [:]
        reportSharedNames(models ?? [], keys: ["id", "aliases"])
        reportSharedNames(packs ?? [], keys: ["id"])
        reportMissingDefault(defaultModel, among: models ?? [])
        guard let readModels, let readPacks, let limits,
            let id = defaultModel?.identifier(ModelReader.idLength)
        else { return nil }
        return Catalogue(
            models: readModels, packs: readPacks.sorted { $0.isCheaper(than: $1) },
            defaultModelID: id, providerConcurrency: limits)
    }

    private func limits(_ field: JSONField) -> [ModelProvider: Int]? {
        let known = Set(ModelProvider.allCases.map(\.rawValue))
        guard let entries = JSONFields(field, keys: known) else { return nil }
        var limits: [ModelProvider: Int] = [:]
        for provider in ModelProvider.allCases {
            guard let entry = entries.optional(provider.rawValue) else { continue }
            guard let limit = entry.integer(ModelReader.concurrencyRange) else { return nil }
            limits[provider] = limit
        }
        return limits
    }

    /// Every id and alias leads to one entry.
    private func reportSharedNames(_ entries: [JSONField], keys: [String]) {
        var owners: [String: JSONField] = [:]
        for name in entries.flatMap({ names(of: $0, keys: keys) }) {
            guard case .string(let text) = name.value.content else { continue }
            if let owner = owners[text] {
                name.report("\"\(text)\" is already \(owner.path) on line \(owner.value.line)")
            } else {
                owners[text] = name
            }
        }
    }

    private func names(of entry: JSONField, keys: [String]) -> [JSONField] {
        guard case .object(let members) = entry.value.content else { return [] }
        return members.filter { keys.contains($0.key) }.flatMap { member in
            let path = "\(entry.path).\(member.key)"
            guard case .array(let items) = member.value.content else {
                return [JSONField(value: member.value, path: path, problems: problems)]
            }
            return items.enumerated().map { index, item in
                JSONField(value: item, path: "\(path)[\(index)]", problems: problems)
            }
        }
    }

    private func reportMissingDefault(_ field: JSONField?, among models: [JSONField]) {
        guard let field, case .string(let id) = field.value.content, !models.isEmpty else { return }
        let ids = models.flatMap { names(of: $0, keys: ["id"]) }.compactMap { name -> String? in
            if case .string(let text) = name.value.content { text } else { nil }
        }
        guard !ids.contains(id) else { return }
        let advice =
            Spelling.closest(to: id, among: Set(ids)).map { "did you mean \"\($0)\"?" }
            ?? "name one of " + ids.joined(separator: ", ")
        field.report("\"\(id)\" is the id of no model: \(advice)")
    }
}

extension CreditPack {
    fileprivate func isCheaper(than other: CreditPack) -> Bool {
        (amountCents, credits, id) < (other.amountCents, other.credits, other.id)
    }
}
