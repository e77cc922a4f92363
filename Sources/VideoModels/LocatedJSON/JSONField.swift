/// One value of a configuration file under its path, read as what it must be.
///
/// Every reader answers `nil` after it has told the problem list what is wrong and what is right.
package struct JSONField {
    package let value: LocatedJSON
    /// Where it stands, as an operator would write it: `models[2].seconds`.
    package let path: String
    package let problems: ProblemList

    package init(value: LocatedJSON, path: String, problems: ProblemList) {
        self.value = value
        self.path = path
        self.problems = problems
    }

    package func report(_ message: String) {
        problems.add("\(path) \(message)", line: value.line)
    }

    package func mismatch<Wanted>(_ wanted: String) -> Wanted? {
        report("must be \(wanted), not \(value.summary)")
        return nil
    }

    /// A text of some characters, with no space at either end.
    package func string(_ length: ClosedRange<Int>) -> String? {
        guard case .string(let text) = value.content else { return mismatch("a text") }
        guard length.contains(text.count) else {
            report(
                "must have \(length.lowerBound) to \(length.upperBound) characters,"
                    + " not \(text.count)")
            return nil
        }
        guard text.first?.isWhitespace != true, text.last?.isWhitespace != true else {
            report("must not begin or end with a space")
            return nil
        }
        return text
    }

    /// A name for machines: letters, digits and `. _ - / :`, beginning with a letter or digit.
    package func identifier(_ length: ClosedRange<Int>) -> String? {
        guard let text = string(length) else { return nil }
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "._-/:".unicodeScalars.contains(scalar))
        }
        guard isPlain, text.first.map({ $0.isLetter || $0.isNumber }) == true else {
            return mismatch("made of letters, digits and . _ - / :, letter or digit first")
        }
        return text
    }

    package func integer(_ range: ClosedRange<Int>) -> Int? {
        let wanted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard case .number(let literal) = value.content, let number = Int(literal),
            range.contains(number)
        else { return mismatch(wanted) }
        return number
    }

    /// A number above 0 and up to `limit`.
    package func positive(upTo limit: Int) -> Double? {
        guard case .number(let literal) = value.content, let number = Double(literal), number > 0,
            number <= Double(limit)
        else { return mismatch("a number above 0 and up to \(limit)") }
        return number
    }

    package func bool() -> Bool? {
        guard case .bool(let flag) = value.content else { return mismatch("true or false") }
        return flag
    }

    /// One of an enumeration's raw values.
    package func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ type: Choice.Type
    ) -> Choice? {
        if case .string(let text) = value.content, let choice = Choice(rawValue: text) {
            return choice
        }
        let all = Choice.allCases.map(\.rawValue)
        return mismatch("one of " + all.map { "\"\($0)\"" }.joined(separator: ", "))
    }

    /// The items of a list of some length.
    package func items(_ count: ClosedRange<Int>) -> [JSONField]? {
        guard case .array(let items) = value.content else { return mismatch("a list") }
        guard count.contains(items.count) else {
            report(
                "must have \(count.lowerBound) to \(count.upperBound) entries, not \(items.count)")
            return nil
        }
        return items.enumerated().map { index, item in
            JSONField(value: item, path: "\(path)[\(index)]", problems: problems)
        }
    }

    /// A list read item by item; `nil` when any item is wrong.
    package func list<Item>(
        _ count: ClosedRange<Int>, of read: (JSONField) -> Item?
    ) -> [Item]? {
        guard let items = items(count) else { return nil }
        let read = items.map(read)
        let right = read.compactMap(\.self)
        return right.count == read.count ? right : nil
    }
}
