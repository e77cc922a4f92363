import Media

extension Catalogue {
    /// The model a request is served by: the one it names by id or alias, else the default.
    /// - Throws: `QuoteError` `model_not_found`.
    package func requestedModel(_ name: String?) throws -> CatalogueModel {
        let requested = if let name { model(named: name) } else { defaultModel }
        if let requested { return requested }
        let offer =
            models.isEmpty
            ? "No model is offered here." : "Offered are \(models.map(\.id).listed)."
        let fault =
            name.map { "There is no model \"\($0.prefix(ModelReader.idLength.upperBound))\" here." }
            ?? "Name a model."
        throw QuoteError(.modelNotFound, "model", "\(fault) \(offer)")
    }
}

extension CatalogueModel {
    /// Prices a clip; what is not given is the model's default.
    /// - Parameter size: as it came, such as `720x1280`.
    /// - Throws: `QuoteError` for a size, length or photo the model does not take.
    package func quote(size: String?, seconds: Int?, hasReference: Bool) throws -> Quote {
        let size = try supported(size: size)
        let seconds = try supported(seconds: seconds)
        try check(hasReference: hasReference)
        guard let rate = rates[size] else { throw unsupported(size: size.description) }
        return Quote(
            model: self, size: size, seconds: seconds,
            credits: rate.credits(forSeconds: seconds))
    }

    /// Checks the finished prompt, as it would be sent.
    /// - Throws: `QuoteError` `prompt_required` or `prompt_too_long`.
    package func check(prompt: String) throws {
        guard prompt.contains(where: { !$0.isWhitespace }) else {
            throw QuoteError(.promptRequired, "prompt", "Say what the clip should show.")
        }
        let count = prompt.unicodeScalars.count
        guard count <= promptLimit else {
            throw QuoteError(
                .promptTooLong, "prompt",
                "The prompt has \(count) characters; \(name) takes at most \(promptLimit).")
        }
    }

    private func supported(size text: String?) throws -> PixelSize {
        guard let text else { return defaultSize }
        guard let size = PixelSize(text), sizes.contains(size) else {
            throw unsupported(size: text)
        }
        return size
    }

    private func unsupported(size: String) -> QuoteError {
        QuoteError(
            .sizeNotSupported, "size",
            "\(name) does not make \"\(size.prefix(20))\". It makes"
                + " \(sizes.map(\.description).listed).")
    }

    private func supported(seconds: Int?) throws -> Int {
        guard let seconds else { return defaultSeconds }
        guard self.seconds.contains(seconds) else {
            throw QuoteError(
                .secondsNotSupported, "seconds",
                "\(name) does not make clips of \(seconds) seconds. It makes"
                    + " \(self.seconds.map(\.description).listed).")
        }
        return seconds
    }

    private func check(hasReference: Bool) throws {
        if hasReference, reference == .none {
            throw QuoteError(
                .referenceNotSupported, "input_reference", "\(name) takes no photo.")
        }
        if !hasReference, reference == .required {
            throw QuoteError(
                .referenceRequired, "input_reference", "\(name) needs a photo of the product.")
        }
    }
}

extension [String] {
    /// `a, b or c`
    fileprivate var listed: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}
