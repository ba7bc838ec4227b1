/// The three parts of a SigV4 Authorization header, in whatever order they come.
struct AuthorizationComponents {
    let credential: ArraySlice<UInt8>
    let signedHeaders: ArraySlice<UInt8>
    let signature: ArraySlice<UInt8>

    /// Reads `Credential=…, SignedHeaders=…, Signature=…`.
    ///
    /// - Throws: `authorizationHeaderMalformed` if one is missing, comes twice, or is another.
    init(_ text: ArraySlice<UInt8>) throws(SignatureError) {
        var (credential, signedHeaders, signature): (ArraySlice<UInt8>?, ArraySlice<UInt8>?, ArraySlice<UInt8>?)
        var start = text.startIndex
        for index in text.startIndex...text.endIndex
        where index == text.endIndex || text[index] == UInt8(ascii: ",") {
            let part = Self.trimmed(text[start..<index])
            start = index + 1
            if part.isEmpty { continue }
            if let value = Self.value(part, "Credential="), credential == nil {
                credential = value
            } else if let value = Self.value(part, "SignedHeaders="), signedHeaders == nil {
                signedHeaders = value
            } else if let value = Self.value(part, "Signature="), signature == nil {
                signature = value
            } else {
                throw .authorizationHeaderMalformed(
                    "the components must be Credential, SignedHeaders and Signature, once each.")
            }
        }
        self.credential = try Self.present(credential, "Credential")
        self.signedHeaders = try Self.present(signedHeaders, "SignedHeaders")
        self.signature = try Self.present(signature, "Signature")
    }

    private static func present(
        _ value: ArraySlice<UInt8>?, _ name: String
    ) throws(SignatureError) -> ArraySlice<UInt8> {
        guard let value else {
            throw .authorizationHeaderMalformed(
                "the authorization header requires three components; \(name) is missing.")
        }
        return value
    }

    private static func value(_ part: ArraySlice<UInt8>, _ name: StaticString) -> ArraySlice<UInt8>? {
        guard part.count >= name.utf8CodeUnitCount else { return nil }
        for index in 0..<name.utf8CodeUnitCount where part[part.startIndex + index] != name.utf8Start[index] {
            return nil
        }
        return part[(part.startIndex + name.utf8CodeUnitCount)...]
    }

    private static func trimmed(_ part: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var (start, end) = (part.startIndex, part.endIndex)
        while start < end, part[start] == 0x20 { start += 1 }
        while start < end, part[end - 1] == 0x20 { end -= 1 }
        return part[start..<end]
    }
}
