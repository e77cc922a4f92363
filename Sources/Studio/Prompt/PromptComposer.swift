import VideoModels

/// Turns a format and a brief into a prompt and a storyboard: the same ones for the same input.
package enum PromptComposer {
    /// Composes for a clip of some seconds and a model that takes `promptLimit` code points.
    ///
    /// The user's texts stand in quotes on one line, so they describe and cannot direct. They are
    /// never cut: what does not fit is told as a warning. Where only the stage notes are too long
    /// for the model, the least needed ones are left out, with a warning.
    package static func compose(
        format: Format, brief: Brief, seconds: Int, promptLimit: Int
    ) -> ComposedPrompt {
        let sections = PromptSections(format: format, brief: brief, seconds: seconds).all
        let (prompt, lengthWarning) = fit(sections, into: promptLimit)
        let warnings =
            formatWarnings(format, brief, seconds: seconds)
            + speechWarnings(format, brief, seconds: seconds)
            + ClaimLinter.warnings(for: brief) + [lengthWarning].compactMap(\.self)
        return ComposedPrompt(
            prompt: prompt, warnings: warnings, storyboard: Storyboard(format: format, brief: brief)
        )
    }

    /// What is worth a warning in a finished prompt that did not come from `compose`.
    package static func lint(prompt: String, seconds: Int) -> [PromptWarning] {
        ClaimLinter.warnings(forPrompt: prompt, seconds: seconds)
    }

    private static func fit(
        _ sections: [PromptSection], into limit: Int
    ) -> (prompt: String, warning: PromptWarning?) {
        let whole = sections.text
        guard whole.unicodeScalars.count > limit else { return (whole, nil) }
        var left: [PromptSection.Note] = []
        for note in PromptSection.Note.allCases {
            left.append(note)
            let kept = sections.filter { section in
                section.note.map { !left.contains($0) } ?? true
            }
            if kept.text.unicodeScalars.count <= limit {
                return (kept.text, shortened(leftOut: left, limit: limit))
            }
        }
        let message =
            "The prompt has \(whole.unicodeScalars.count) characters; this model takes at most"
            + " \(limit). Shorten the brief or take another model."
        return (whole, PromptWarning(.promptTooLong, "prompt", message))
    }

    private static func shortened(leftOut: [PromptSection.Note], limit: Int) -> PromptWarning {
        let names = leftOut.map(\.rawValue).joined(separator: ", ")
        return PromptWarning(
            .promptShortened, "prompt",
            "This model takes at most \(limit) characters, so the format's notes were left out on:"
                + " \(names). Your own words are all there.")
    }

    private static func formatWarnings(
        _ format: Format, _ brief: Brief, seconds: Int
    ) -> [PromptWarning] {
        var warnings = Brief.Field.allCases.filter { brief[$0] != nil && !format.uses($0) }.map {
            PromptWarning(
                .fieldNotUsed, $0.param,
                $0 == .line && format.dialogue.slots.isEmpty
                    ? "Nobody speaks in the format \"\(format.title)\", so the line is not used."
                    : "The format \"\(format.title)\" does not use this.")
        }
        if !format.seconds.contains(seconds) {
            let range = "\(format.seconds.lowerBound) to \(format.seconds.upperBound)"
            warnings.append(
                PromptWarning(
                    .secondsOutsideFormat, "seconds",
                    "\"\(format.title)\" is made for \(range) seconds, not \(seconds)."))
        }
        if format.claimRisk == .veryHigh {
            warnings.append(
                PromptWarning(
                    .claimResult, "format",
                    "\"\(format.title)\" shows a result by its very form. Use it only for what the"
                        + " product visibly does, and only if you can prove it."))
        }
        return warnings
    }

    private static func speechWarnings(
        _ format: Format, _ brief: Brief, seconds: Int
    ) -> [PromptWarning] {
        let speech = Speech(format: format, brief: brief, seconds: seconds)
        let tooLong = speech.longestField.flatMap {
            ClaimLinter.speechTooLong(
                words: speech.givenWords, seconds: seconds, reserved: speech.cueWords,
                limit: format.dialogue.maxWords, param: $0.param)
        }
        let language = format.uses(.line) ? LineLanguage.warning(for: brief) : nil
        return [tooLong, language].compactMap(\.self)
    }
}
