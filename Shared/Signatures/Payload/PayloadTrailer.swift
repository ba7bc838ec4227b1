import Cryptography

/// The fields behind the last chunk of a payload.
struct PayloadTrailer: Sendable {
    /// The greatest number of fields a request may announce.
    static let maxFields = 16

    private(set) var fields: [RequestHead.Field] = []
    private(set) var signature: SHA256Digest?
    private var missing: [String]
    private let isSigned: Bool
    private var takenBytes = 0

    init(announced: [String], isSigned: Bool) {
        missing = announced
        self.isSigned = isSigned
    }

    /// The names in `x-amz-trailer`, in lower case.
    ///
    /// - Throws: `malformedTrailer` for an empty name, one that comes twice, or too many.
    static func announced(_ head: RequestHead) throws(SignatureError) -> [String] {
        guard let text = try head.value("x-amz-trailer") else { return [] }
        var names: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = ASCIIName.lowercased(String(decoding: trimmed(Array(part.utf8)[...]), as: UTF8.self))
            guard !name.isEmpty, !names.contains(name), names.count < maxFields else { throw .malformedTrailer }
            names.append(name)
        }
        return names
    }

    /// Takes one line without its end; true if it was the last.
    ///
    /// - Throws: `malformedTrailer` for a field not announced, a second one, or one that is missing at the end.
    mutating func take(line: [UInt8]) throws(SignatureError) -> Bool {
        takenBytes += line.count + 2
        guard takenBytes <= ChunkedDecoder.maxTrailerBytes else { throw .malformedTrailer }
        guard !line.isEmpty else {
            // Some clients put an empty line before the signature.
            if isSigned && signature == nil { return false }
            guard missing.isEmpty else { throw .malformedTrailer }
            return true
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), signature == nil else { throw .malformedTrailer }
        let name = ASCIIName.lowercased(String(decoding: line[..<colon], as: UTF8.self))
        let value = Self.trimmed(line[(colon + 1)...])
        if isSigned && name == "x-amz-trailer-signature" {
            guard let digest = value.withUnsafeBytes({ SHA256Digest(hexDigits: $0) })
            else { throw .signatureDoesNotMatch }
            signature = digest
        } else {
            guard let index = missing.firstIndex(of: name) else { throw .malformedTrailer }
            missing.remove(at: index)
            fields.append((name, String(decoding: value, as: UTF8.self)))
        }
        return false
    }

    /// Of the lines as they are signed: `name:value\n`, sorted by name.
    var digest: SHA256Digest {
        var hash = SHA256()
        for field in fields.sorted(by: { $0.name < $1.name }) {
            hash.update("\(field.name):\(field.value)\n")
        }
        return hash.finalize()
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return bytes
    }
}
