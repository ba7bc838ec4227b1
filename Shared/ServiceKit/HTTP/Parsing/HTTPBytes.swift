import Glibc

extension UInt8 {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")

    var isUppercase: Bool { self >= 0x41 && self <= 0x5A }

    var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    var lowercased: UInt8 { isUppercase ? self | 0x20 : self }

    var hexDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }

    /// Whether it may stand in a token (RFC 9110 §5.6.2).
    var isTokenCharacter: Bool { HTTPByteClass.token[Int(self)] }

    /// Whether it may stand in a header value (RFC 9110 §5.5): no control character but the tab.
    var isFieldCharacter: Bool { self >= 0x20 && self != 0x7F || self == .tab }

    /// Whether it may stand in `Host` (RFC 3986 §3.2.2), percent-encoding left out.
    var isHostCharacter: Bool { HTTPByteClass.host[Int(self)] }
}

private enum HTTPByteClass {
    static let token = table("!#$%&'*+-.^_`|~")
    static let host = table("-.:_[]~")

    /// Letters, digits and `others`.
    private static func table(_ others: String) -> [Bool] {
        (0...255).map { (byte: UInt8) in
            byte.isDigit || byte.isUppercase || (0x61...0x7A).contains(byte) || others.utf8.contains(byte)
        }
    }
}

extension Span<UInt8> {
    var startsWithLineEnd: Bool { count >= 2 && self[0] == .carriageReturn && self[1] == .lineFeed }

    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard start < count else { return nil }
        return extracting(start...).withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, let found = memchr(base, Int32(byte), bytes.count) else { return nil }
            return start + (UnsafeRawPointer(found) - base)
        }
    }

    /// Whether the bytes are `word`, which is lower case, but for the case of letters.
    func equalsIgnoringCase(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<count where self[index].lowercased != letters[index] { return false }
            return true
        }
    }
}
