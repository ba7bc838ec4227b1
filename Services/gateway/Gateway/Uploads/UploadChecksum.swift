import Cryptography
package import Signatures

/// The additional checksum that an upload was begun with: its algorithm, and what the checksum of the whole is made of.
package struct UploadChecksum: Sendable, Hashable {
    /// The attribute of an upload that keeps the algorithm; it is not passed on to the object.
    package static let algorithmAttribute = "x-amz-checksum-algorithm"

    package let algorithm: ChecksumAlgorithm
    /// A checksum of the parts' checksums, or else one of all bytes.
    package let isComposite: Bool

    /// What an upload's attributes say.
    package init?(attributes: [String: String]) {
        guard let algorithm = attributes[Self.algorithmAttribute].flatMap(ChecksumAlgorithm.init) else { return nil }
        self.algorithm = algorithm
        isComposite = attributes[StoredChecksum.typeAttribute] == StoredChecksum.composite
    }

    /// What the headers of CreateMultipartUpload ask for; nil for none.
    ///
    /// - Throws: `InvalidRequest` for an unknown algorithm, or a type it does not have.
    package init?(_ fields: RequestFields) throws(S3Error) {
        let type = fields[.checksumType]
        guard let algorithm = try Self.algorithm(fields) else {
            guard type == nil else {
                throw S3Error(
                    .invalidRequest,
                    "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
            }
            return nil
        }
        self.algorithm = algorithm
        switch (algorithm, type) {
        case (.crc64nvme, nil), (.crc64nvme, StoredChecksum.fullObject), (.crc32, StoredChecksum.fullObject),
            (.crc32c, StoredChecksum.fullObject):
            isComposite = false
        case (.crc32, nil), (.crc32c, nil), (.sha1, nil), (.sha256, nil), (.crc32, StoredChecksum.composite),
            (.crc32c, StoredChecksum.composite), (.sha1, StoredChecksum.composite),
            (.sha256, StoredChecksum.composite):
            isComposite = true
        default:
            throw S3Error(
                .invalidRequest,
                "The \(type ?? "") checksum type cannot be used with the \(algorithm.rawValue.lowercased()) "
                    + "checksum algorithm.")
        }
    }

    /// The algorithm that `x-amz-checksum-algorithm` names; nil without it.
    ///
    /// - Throws: `InvalidRequest` for an unknown one.
    static func algorithm(_ fields: RequestFields) throws(S3Error) -> ChecksumAlgorithm? {
        guard let name = fields[.checksumAlgorithm] else { return nil }
        guard let algorithm = ChecksumAlgorithm(rawValue: name.uppercased()) else {
            throw S3Error(
                .invalidRequest,
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                    + "[\(ChecksumAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))]")
        }
        return algorithm
    }

    /// What S3 calls the way the checksum of the whole is made.
    package var typeName: String { isComposite ? StoredChecksum.composite : StoredChecksum.fullObject }

    package var attributes: [String: String] {
        [Self.algorithmAttribute: algorithm.rawValue, StoredChecksum.typeAttribute: typeName]
    }

    /// The bytes of a checksum in base 64; nil for a text that is none.
    static func bytes(_ text: String, _ algorithm: ChecksumAlgorithm) -> [UInt8]? {
        Base64.decode(text).flatMap { $0.count == algorithm.byteCount ? $0 : nil }
    }

    /// One part's contribution.
    package struct Part: Sendable, Hashable {
        /// In bytes.
        package let size: Int64
        /// Base 64.
        package let checksum: String

        package init(size: Int64, checksum: String) {
            self.size = size
            self.checksum = checksum
        }
    }

    /// The checksum of the whole, as S3 writes it; nil where a part's cannot be read.
    package func combine(_ parts: [Part]) -> String? {
        var values: [[UInt8]] = []
        values.reserveCapacity(parts.count)
        for part in parts {
            guard let value = Self.bytes(part.checksum, algorithm) else { return nil }
            values.append(value)
        }
        guard !values.isEmpty else { return nil }
        if isComposite {
            var whole = RunningChecksum(algorithm)
            for value in values { value.withUnsafeBytes { whole.update($0) } }
            return "\(whole.base64)-\(values.count)"
        }
        let sizes = parts.map { UInt64(clamping: $0.size) }
        switch algorithm {
        case .crc32: return Self.combined(CRC32.self, values, sizes)
        case .crc32c: return Self.combined(CRC32C.self, values, sizes)
        case .crc64nvme: return Self.combined(CRC64NVME.self, values, sizes)
        case .sha1, .sha256: return nil
        }
    }

    private static func combined<Check: CyclicRedundancyCheck>(
        _ check: Check.Type, _ values: [[UInt8]], _ sizes: [UInt64]
    ) -> String {
        let numbers = values.map { $0.reduce(Check.Value.zero) { $0 << 8 | Check.Value($1) } }
        var whole = numbers[0]
        for (number, size) in zip(numbers, sizes).dropFirst() {
            whole = Check.combine(whole, number, secondBytes: size)
        }
        return Base64.encode(withUnsafeBytes(of: whole.bigEndian) { Array($0) })
    }
}
