import Cryptography
import Domain
import Signatures
import Wire

/// Writes the objects of a page, of which there may be 1,000, each in one piece where it has nothing out of the ordinary.
struct ListedObject {
    /// What stands before a key, behind it, and at the end.
    private struct Frame {
        let start: StaticString
        let middle: StaticString
        let end: StaticString
    }

    private static let object = Frame(
        start: "<Contents><Key>", middle: "</Key><LastModified>",
        end: "<StorageClass>STANDARD</StorageClass></Contents>")
    private static let version = Frame(
        start: "<Version><Key>",
        middle: "</Key><VersionId>null</VersionId><IsLatest>true</IsLatest><LastModified>",
        end: "<StorageClass>STANDARD</StorageClass></Version>")
    /// Up to how many bytes memory costs nothing.
    private static let maxPieceBytes = 1_024
    /// More than frame, time, ETag, size and owner take.
    private static let maxFixedBytes = 448

    private let frame: Frame
    private let encoding: KeyEncoding
    /// Empty where owners are not shown.
    private let owner: [UInt8]
    private var time = ISO8601Text()

    init(isVersion: Bool, _ encoding: KeyEncoding, showsOwner: Bool) {
        frame = isVersion ? Self.version : Self.object
        self.encoding = encoding
        owner = showsOwner ? XMLWriter.fragment { BucketAnswers.owner(&$0) } : []
    }

    /// - Parameter head: what stands before the path, encoded.
    mutating func write(_ rows: ListRows, _ row: Int, head: [UInt8], to writer: inout XMLWriter) {
        let path = rows.path(row)
        guard let md5 = rows.md5(row), path.withUnsafeBytes({ encoding.maxBytes($0) }) + head.count <= Self.maxKeyBytes
        else { return writeInPieces(rows, row, head: head, to: &writer) }
        writer.append { output in
            withUnsafeTemporaryAllocation(byteCount: Self.maxPieceBytes, alignment: 1) { memory in
                var text = RawText(memory)
                text.text(frame.start)
                head.withUnsafeBytes { text.bytes($0) }
                path.withUnsafeBytes { encoding.write($0, to: &text) }
                text.text(frame.middle)
                time.write(rows.modified(row), to: &text)
                text.text("</LastModified><ETag>&quot;")
                md5.withUnsafeBytes { text.hex($0) }
                text.text("&quot;</ETag><Size>")
                text.number(rows.size(row))
                text.text("</Size>")
                owner.withUnsafeBytes { text.bytes($0) }
                text.text(frame.end)
                output.append(contentsOf: text.written)
            }
        }
    }

    private static let maxKeyBytes = maxPieceBytes - maxFixedBytes

    private func writeInPieces(_ rows: ListRows, _ row: Int, head: [UInt8], to writer: inout XMLWriter) {
        let entry = rows.details(row)
        writer.raw(frame.start)
        writer.plain(head)
        encoding.write(rows.path(row), to: &writer)
        writer.raw(frame.middle)
        writer.date(rows.modified(row))
        writer.raw("</LastModified><ETag>&quot;")
        writer.escaped((entry?.checksum ?? Hex.encode(Array(rows.md5(row) ?? []))).utf8)
        writer.raw("&quot;</ETag>")
        if let attributes = entry?.attributes, let algorithm = StoredChecksum.algorithm(of: attributes) {
            writer.element("ChecksumAlgorithm", algorithm.rawValue)
            writer.element("ChecksumType", attributes[StoredChecksum.typeAttribute] ?? StoredChecksum.fullObject)
        }
        writer.element("Size", rows.size(row))
        writer.plain(owner)
        writer.raw(frame.end)
    }
}

extension KeyEncoding {
    /// The most that part of a key can take, or too much to be written at once.
    func maxBytes(_ key: UnsafeRawBufferPointer) -> Int {
        switch self {
        case .none:
            XMLText.special(in: key.assumingMemoryBound(to: UInt8.self), from: 0) == key.count ? key.count : .max / 2
        case .url: 3 * key.count
        }
    }

    /// - Parameter key: measured by `maxBytes`.
    func write(_ key: UnsafeRawBufferPointer, to text: inout RawText) {
        switch self {
        case .none: text.bytes(key)
        case .url: text.percentEncoded(key)
        }
    }
}
