/// A writing system, as far as a prompt needs to tell them apart.
enum Script: String {
    case latin = "Latin"
    case cyrillic = "Cyrillic"
    case greek = "Greek"
    case hebrew = "Hebrew"
    case arabic = "Arabic"
    case devanagari = "Devanagari"
    case hangul = "Korean"
    case han = "Chinese"
    case kana = "Japanese"
    case southeastAsian = "Thai, Lao, Khmer or Burmese"

    /// The script of a letter; `nil` for anything else and for scripts not told apart here.
    init?(_ scalar: Unicode.Scalar) {
        guard scalar.properties.isAlphabetic else { return nil }
        switch scalar.value {
        case 0x41...0x24F, 0x1E00...0x1EFF: self = .latin
        case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
        case 0x400...0x52F: self = .cyrillic
        case 0x590...0x5FF: self = .hebrew
        case 0x600...0x77F, 0xFB50...0xFDFF, 0xFE70...0xFEFF: self = .arabic
        case 0x900...0x97F: self = .devanagari
        case 0xE00...0xEFF, 0x1000...0x109F, 0x1780...0x17FF: self = .southeastAsian
        case 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7AF: self = .hangul
        case 0x3040...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F: self = .kana
        case 0x3005...0x3007, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF,
            0x20000...0x323AF:
            self = .han
        default: return nil
        }
    }

    /// How many characters are spoken in the time of one English word, for scripts that put no
    /// spaces between words.
    var charactersPerWord: Int? {
        switch self {
        case .han, .kana: 2
        case .southeastAsian: 4
        default: nil
        }
    }

    /// The scripts a language is usually written in; empty for a language not listed.
    static func usual(for language: String) -> Set<Script> {
        switch language {
        case "en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "nn", "no", "fi",
            "cs", "sk", "hu", "ro", "tr", "id", "ms", "vi", "ca", "hr", "sl", "et", "lv", "lt":
            [.latin]
        case "ru", "uk", "bg", "be", "mk": [.cyrillic]
        case "el": [.greek]
        case "he": [.hebrew]
        case "ar", "fa", "ur": [.arabic]
        case "hi", "mr", "ne": [.devanagari]
        case "ko": [.hangul]
        case "zh", "yue": [.han]
        case "ja": [.kana, .han]
        case "th", "lo", "km", "my": [.southeastAsian]
        default: []
        }
    }
}
