/// The three parts of a SigV4 Authorization header, in whatever order they come: where each lies in the text.
struct AuthorizationComponents {
    let credential: Range<Int>
    let signedHeaders: Range<Int>
    let signature: Range<Int>

    /// Reads `Credential=…, SignedHeaders=…, Signature=…`.
    ///
    /// - Parameter start: where they begin.
    /// - Throws: `authorizationHeaderMalformed` if one is missing, comes twice, or is another.
    init(_ text: UnsafeBufferPointer<UInt8>, from start: Int) throws(SignatureError) {
        var (credential, signedHeaders, signature): (Range<Int>?, Range<Int>?, Range<Int>?)
        var start = start
        for index in start...text.count where index == text.count || text[index] == UInt8(ascii: ",") {
            let part = Self.trimmed(text, start..<index)
            start = index + 1
            if part.isEmpty { continue }
            if let value = Self.value(text, part, "Credential="), credential == nil {
                credential = value
            } else if let value = Self.value(text, part, "SignedHeaders="), signedHeaders == nil {
                signedHeaders = value
            } else if let value = Self.value(text, part, "Signature="), signature == nil {
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

    private static func present(_ value: Range<Int>?, _ name: StaticString) throws(SignatureError) -> Range<Int> {
        guard let value else {
            throw .authorizationHeaderMalformed(
                "the authorization header requires three components; \(name) is missing.")
        }
        return value
    }

    private static func value(
        _ text: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, _ name: StaticString
    ) -> Range<Int>? {
        guard part.count >= name.utf8CodeUnitCount else { return nil }
        for index in 0..<name.utf8CodeUnitCount where text[part.lowerBound + index] != name.utf8Start[index] {
            return nil
        }
        return part.lowerBound + name.utf8CodeUnitCount..<part.upperBound
    }

    private static func trimmed(_ text: UnsafeBufferPointer<UInt8>, _ part: Range<Int>) -> Range<Int> {
        var (start, end) = (part.lowerBound, part.upperBound)
        while start < end, text[start] == 0x20 { start += 1 }
        while start < end, text[end - 1] == 0x20 { end -= 1 }
        return start..<end
    }
}
