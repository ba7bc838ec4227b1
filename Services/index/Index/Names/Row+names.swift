import Cryptography
import Database
import Domain
import VersionTree

/// Readers of what `Parameter+names` writes.
extension Row {
    func name<Name>(_ column: Int, _ make: (String) throws(InvalidName) -> Name) throws -> Name {
        let text = String(decoding: try bytes(column), as: UTF8.self)
        do throws(InvalidName) {
            return try make(text)
        } catch {
            throw InvalidStoredName(description: error.description)
        }
    }

    func digest(_ column: Int) throws -> SHA256Digest {
        try withBytes(column) { bytes in
            guard let digest = SHA256Digest(bytes: bytes) else {
                throw InvalidStoredName(description: "a stored hash is not of 32 bytes")
            }
            return digest
        }
    }

    func optionalDigest(_ column: Int) throws -> SHA256Digest? {
        try isNull(column) ? nil : digest(column)
    }

    func namespace(_ column: Int) throws -> StorageNamespace {
        do throws(InvalidName) {
            return try StorageNamespace(try storedText(column))
        } catch {
            throw InvalidStoredName(description: error.description)
        }
    }

    private func storedText(_ column: Int) throws(InvalidName) -> String {
        do throws(DatabaseError) {
            return try text(column)
        } catch {
            throw InvalidName(kind: "stored text", reason: error.description)
        }
    }

    func pairs(_ column: Int) throws -> [String: String] {
        let texts = try texts(column)
        guard texts.count.isMultiple(of: 2) else { throw InvalidStoredName(description: "stored pairs are uneven") }
        var pairs: [String: String] = [:]
        for index in stride(from: 0, to: texts.count, by: 2) { pairs[texts[index]] = texts[index + 1] }
        return pairs
    }
}
