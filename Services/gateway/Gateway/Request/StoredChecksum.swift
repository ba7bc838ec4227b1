package import Signatures

/// The additional checksum of an object as it is kept among an entry's attributes.
package enum StoredChecksum {
    /// The attribute that says what the checksum covers.
    package static let typeAttribute = "x-amz-checksum-type"
    package static let fullObject = "FULL_OBJECT"
    package static let composite = "COMPOSITE"

    /// The attributes that keep a checksum.
    package static func attributes(
        _ algorithm: ChecksumAlgorithm, _ value: String, isComposite: Bool = false
    ) -> [String: String] {
        [algorithm.headerName: value, typeAttribute: isComposite ? composite : fullObject]
    }

    package static func algorithm(of attributes: [String: String]) -> ChecksumAlgorithm? {
        guard attributes[typeAttribute] != nil else { return nil }
        return ChecksumAlgorithm.allCases.first { attributes[$0.headerName] != nil }
    }

    /// The elements of a document that show a checksum.
    static func elements(of attributes: [String: String]) -> [(name: String, value: String)] {
        guard let algorithm = algorithm(of: attributes), let value = attributes[algorithm.headerName] else { return [] }
        return [(algorithm.elementName, value), ("ChecksumType", attributes[typeAttribute] ?? fullObject)]
    }

    /// Whether an attribute is about a checksum, so that it is shown only to those who ask (`x-amz-checksum-mode`).
    package static func isChecksum(_ attribute: String) -> Bool { attribute.hasPrefix("x-amz-checksum-") }
}
