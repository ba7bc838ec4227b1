/// A value that crosses between services: as JSON, but for the few that are large and have a form of their own.
package protocol WireMessage: Sendable {
    /// - Throws: where the bytes are not this message.
    init(wireBytes bytes: [UInt8]) throws(JSONError)

    /// - Throws: where a value cannot be written.
    func wireBytes() throws(JSONError) -> [UInt8]
}

/// A value that crosses between services as one JSON text.
///
/// Hot messages write both methods by hand; a `Codable` type gets them from Foundation.
package protocol JSONMessage: WireMessage {
    /// - Throws: `JSONError` where the text is not this message.
    init(json reader: inout JSONReader) throws(JSONError)

    /// - Throws: `JSONError` where a value has no JSON form, such as a number that is not finite.
    func write(json writer: inout JSONWriter) throws(JSONError)
}

extension JSONMessage {
    package init(wireBytes bytes: [UInt8]) throws(JSONError) { try self.init(jsonBytes: bytes) }

    package func wireBytes() throws(JSONError) -> [UInt8] { try jsonBytes() }

    /// Reads a whole text.
    package init(jsonBytes bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        try self.init(json: &reader)
        try reader.finish()
    }

    package func jsonBytes() throws(JSONError) -> [UInt8] {
        var writer = JSONWriter()
        try write(json: &writer)
        return writer.bytes
    }
}

/// A message without content.
package struct Nothing: JSONMessage, Hashable {
    package init() {}

    package init(json reader: inout JSONReader) throws(JSONError) { try reader.skipValue() }

    package func write(json writer: inout JSONWriter) { writer.object { _ in } }
}
