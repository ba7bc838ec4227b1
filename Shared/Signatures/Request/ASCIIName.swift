/// Header names, whose ASCII letters have no case.
enum ASCIIName {
    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    /// Whether a name as received is `lowercase`.
    static func equal(_ name: String, _ lowercase: StaticString) -> Bool {
        let name = name.utf8
        let count = lowercase.utf8CodeUnitCount
        guard name.count == count else { return false }
        let other = lowercase.utf8Start
        var index = 0
        for byte in name {
            if lowercased(byte) != other[index] { return false }
            index += 1
        }
        return true
    }

    static func equal(_ name: String, _ lowercase: some StringProtocol) -> Bool {
        let (name, other) = (name.utf8, lowercase.utf8)
        guard name.count == other.count else { return false }
        return zip(name, other).allSatisfy { lowercased($0) == $1 }
    }

    /// Whether a name as received begins with `x-amz-`.
    static func isAmazon(_ name: String) -> Bool {
        let prefix: StaticString = "x-amz-"
        let name = name.utf8
        guard name.count >= prefix.utf8CodeUnitCount else { return false }
        var index = 0
        for byte in name {
            if lowercased(byte) != prefix.utf8Start[index] { return false }
            index += 1
            if index == prefix.utf8CodeUnitCount { break }
        }
        return true
    }

    static func lowercased(_ name: String) -> String {
        name.utf8.contains { $0 >= 0x41 && $0 <= 0x5A }
            ? String(decoding: name.utf8.map(lowercased), as: UTF8.self) : name
    }
}
