/// Writes an XML document straight into bytes.
package struct XMLWriter {
    /// The namespace of all of S3's answers but errors.
    package static let namespace: StaticString = "http://s3.amazonaws.com/doc/2006-03-01/"

    package private(set) var bytes: [UInt8] = []

    package init(reservingBytes capacity: Int = 1_024) {
        bytes.reserveCapacity(capacity)
        raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A piece of a document.
    static func fragment(_ write: (inout XMLWriter) -> Void) -> [UInt8] {
        var writer = XMLWriter([])
        write(&writer)
        return writer.bytes
    }

    /// The root element, in S3's namespace.
    package mutating func root<Failure: Error>(
        _ name: StaticString, _ body: (inout XMLWriter) throws(Failure) -> Void
    ) throws(Failure) {
        raw("<")
        raw(name)
        raw(" xmlns=\"")
        raw(Self.namespace)
        raw("\">")
        try body(&self)
        end(name)
    }

    package mutating func element<Failure: Error>(
        _ name: StaticString, _ body: (inout XMLWriter) throws(Failure) -> Void
    ) throws(Failure) {
        start(name)
        try body(&self)
        end(name)
    }

    package mutating func element(_ name: StaticString, _ text: String) {
        start(name)
        escaped(text.utf8)
        end(name)
    }

    /// An element whose text is given as UTF-8.
    package mutating func element(_ name: StaticString, utf8 text: some Collection<UInt8>) {
        start(name)
        escaped(text)
        end(name)
    }

    /// An element whose name was chosen at run time from our own.
    package mutating func element(_ name: String, _ text: String) {
        raw("<")
        bytes.append(contentsOf: name.utf8)
        raw(">")
        escaped(text.utf8)
        raw("</")
        bytes.append(contentsOf: name.utf8)
        raw(">")
    }

    package mutating func element(_ name: StaticString, _ flag: Bool) {
        start(name)
        raw(flag ? "true" : "false")
        end(name)
    }

    package mutating func element(_ name: StaticString, _ number: Int64) {
        start(name)
        self.number(number)
        end(name)
    }

    /// An element without text.
    package mutating func empty(_ name: StaticString) {
        raw("<")
        raw(name)
        raw("/>")
    }

    package mutating func start(_ name: StaticString) {
        raw("<")
        raw(name)
        raw(">")
    }

    package mutating func end(_ name: StaticString) {
        raw("</")
        raw(name)
        raw(">")
    }

    /// Text that needs no escape.
    package mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func number(_ number: Int64) { bytes.append(decimal: number) }

    /// - Parameter milliseconds: since 1970.
    package mutating func date(_ milliseconds: Int64) {
        CivilTime(milliseconds: milliseconds).appendISO8601(to: &bytes)
    }

    package mutating func plain(_ text: some Collection<UInt8>) { bytes.append(contentsOf: text) }

    /// Lets a piece be written straight into the document, which must be markup or need no escape.
    mutating func append(_ write: (inout [UInt8]) -> Void) { write(&bytes) }

    /// Text in which markup and control characters become references.
    ///
    /// XML 1.0 knows no reference to most control characters; S3 sends them all the same unless `encoding-type=url` was asked for.
    package mutating func escaped(_ text: some Collection<UInt8>) {
        if text.withContiguousStorageIfAvailable({ escaped($0) }) == nil {
            Array(text).withUnsafeBufferPointer { escaped($0) }
        }
    }

    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        while true {
            let special = XMLText.special(in: text, from: start)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<special]))
            guard special < text.count else { return }
            escape(text[special])
            start = special + 1
        }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "&"): raw("&amp;")
        case UInt8(ascii: "<"): raw("&lt;")
        case UInt8(ascii: ">"): raw("&gt;")
        case UInt8(ascii: "\""): raw("&quot;")
        default:
            raw("&#")
            bytes.append(decimal: Int64(byte))
            raw(";")
        }
    }
}

extension [UInt8] {
    /// Appends a whole number's decimal digits.
    mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var magnitude = number.magnitude
        var digits = (UInt64(0), UInt64(0), UInt64(0))
        Swift.withUnsafeMutableBytes(of: &digits) { buffer in
            var index = buffer.count
            repeat {
                index -= 1
                buffer[index] = 0x30 + UInt8(truncatingIfNeeded: magnitude % 10)
                magnitude /= 10
            } while magnitude > 0
            append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[index...]))
        }
    }
}
