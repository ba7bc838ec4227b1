/// Header names, whose ASCII letters have no case.
enum ASCIIName {
    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    /// Whether a name as received is `lowercase`.
    static func equal(_ name: String, _ lowercase: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.utf8.count == lowercase.count else { return false }
        return name.withBytes { name in
            for index in 0..<lowercase.count where lowercased(name[index]) != lowercase[index] { return false }
            return true
        }
    }

    static func equal(_ name: String, _ lowercase: StaticString) -> Bool {
        lowercase.withUTF8Buffer { equal(name, $0) }
    }

    /// Whether a name as received begins with `x-amz-`.
    static func isAmazon(_ name: String) -> Bool {
        let prefix: StaticString = "x-amz-"
        guard name.utf8.count >= prefix.utf8CodeUnitCount else { return false }
        return name.withBytes { name in
            for index in 0..<prefix.utf8CodeUnitCount where lowercased(name[index]) != prefix.utf8Start[index] {
                return false
            }
            return true
        }
    }

    static func lowercased(_ name: String) -> String {
        name.utf8.contains { $0 >= 0x41 && $0 <= 0x5A }
            ? String(decoding: name.utf8.map(lowercased), as: UTF8.self) : name
    }
}
