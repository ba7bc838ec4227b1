/// How keys stand in a document (S3: the parameter `encoding-type`).
package enum KeyEncoding: Sendable, Hashable {
    case none
    /// Percent-encoded, so that keys with characters that XML cannot hold come through.
    case url

    /// - Throws: `InvalidArgument` for anything but `url`.
    package init(_ query: QueryItems) throws(S3Error) {
        switch try query.value("encoding-type") {
        case nil: self = .none
        case "url"?: self = .url
        case let other?:
            throw .invalidArgument("Invalid Encoding Method specified in Request", name: "encoding-type", value: other)
        }
    }

    /// Appends a part of a key.
    func write(_ key: some Collection<UInt8>, to writer: inout XMLWriter) {
        switch self {
        case .none: writer.escaped(key)
        case .url: writer.percentEncoded(key)
        }
    }
}

extension KeyEncoding {
    /// A part of a key that is written often.
    func encoded(_ key: [UInt8]) -> [UInt8] { XMLWriter.fragment { write(key, to: &$0) } }
}

extension XMLWriter {
    mutating func element(_ name: StaticString, _ key: some Collection<UInt8>, _ encoding: KeyEncoding) {
        start(name)
        encoding.write(key, to: &self)
        end(name)
    }

    /// Text of which only unreserved characters and slashes stay; both readings of `+` by clients give the same.
    mutating func percentEncoded(_ text: some Collection<UInt8>) { append { $0.append(percentEncoding: text) } }
}

extension [UInt8] {
    /// Appends a text of which only unreserved characters and slashes stay (RFC 3986 §2.3).
    mutating func append(percentEncoding text: some Collection<UInt8>) {
        if text.withContiguousStorageIfAvailable({ append(percentEncoding: $0) }) == nil {
            Array(text).withUnsafeBufferPointer { append(percentEncoding: $0) }
        }
    }

    private mutating func append(percentEncoding text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        while true {
            var end = start
            while end < text.count, Self.staysInURL(text[end]) { end += 1 }
            append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<end]))
            guard end < text.count else { return }
            append(UInt8(ascii: "%"))
            append(Self.hexadecimalDigit(text[end] >> 4))
            append(Self.hexadecimalDigit(text[end] & 15))
            start = end + 1
        }
    }

    static func staysInURL(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    static func hexadecimalDigit(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value + 0x37 }
}
