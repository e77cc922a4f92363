extension String {
    /// The text on one line: runs of white space become one space, and characters that would act
    /// on a terminal, a database or the direction of the text around them are dropped.
    package var singleLine: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.properties.isWhitespace {
                if scalars.last.map({ $0 != " " }) == true { scalars.append(" ") }
            } else if !scalar.acts {
                scalars.append(scalar)
            }
        }
        if scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }

    /// The text in double quotes, which its own quotes cannot end.
    package var quoted: String {
        let inner = map { "\"“”„‟«»″＂".contains($0) ? "'" : $0 }
        return "\"" + String(inner).singleLine + "\""
    }
}

extension Unicode.Scalar {
    /// Control characters, bidirectional overrides and isolates, byte order marks, tag characters
    /// and non-characters. Joiners stay: emoji and several scripts are spelt with them.
    fileprivate var acts: Bool {
        switch properties.generalCategory {
        case .control, .surrogate: return true
        case .unassigned: return properties.isNoncharacterCodePoint
        default: break
        }
        switch value {
        case 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
            return true
        default: return false
        }
    }
}
