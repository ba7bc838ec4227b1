import Cryptography
import Wire

/// A key for addresses and URLs of Tarn's own.
struct PresigningKey: Sendable {
    static let byteCount = 32

    /// Named in what it signed.
    let number: UInt32
    let key: HMACSHA256
    /// Seconds since 1970.
    let verifiesUntil: Int64

    init(number: UInt32, bytes: [UInt8], verifiesUntil: Int64) {
        self.number = number
        key = HMACSHA256(bytes)
        self.verifiesUntil = verifiesUntil
    }

    /// Nil for one that auth would not have given.
    init?(_ given: PurposeKey) {
        guard let number = UInt32(exactly: given.number), let bytes = Hex.decode(given.key),
            bytes.count == Self.byteCount
        else { return nil }
        self.init(number: number, bytes: bytes, verifiesUntil: given.verifiesUntil)
    }

    func code(_ fields: SignedFields) -> SHA256Digest { key.code(fields.bytes) }
}

/// What is signed: a label that says what for, and fields with their lengths, so that no two messages read the same.
struct SignedFields: Sendable {
    private(set) var bytes: [UInt8]

    init(_ label: StaticString) {
        bytes = label.withUTF8Buffer { Array($0) }
        bytes.append(0)
    }

    mutating func add(_ field: some Collection<UInt8>) {
        bytes.append(contentsOf: "\(field.count):".utf8)
        bytes.append(contentsOf: field)
    }

    mutating func add(_ field: String) { add(field.utf8) }
    mutating func add(_ field: some FixedWidthInteger) { add("\(field)".utf8) }
}
