import Cryptography
package import Domain
import JSONCodec

/// The rows of a listing, packed, in memory as on the wire: a thousand of them are a few allocations, and nothing is read that nobody
/// asks for.
///
/// A row is its kind (1 byte), its path's length (4) and path, and by kind: nothing for a common prefix; for an object of which there
/// is little to tell, size (8), time (8), MD5 (16), its address's length (4) and address; for any other object the length (4) and text
/// of its entry's JSON.
package struct ListRows: Sendable, RandomAccessCollection {
    private enum Kind {
        static let commonPrefix: UInt8 = 0
        static let plain: UInt8 = 1
        static let other: UInt8 = 2
    }

    private struct Place: Sendable {
        /// Where the path lies.
        var start: Int
        var end: Int
        /// In `entries`; -1 for a plain object, -2 for a common prefix.
        var entry: Int

        static let plain = -1
        static let commonPrefix = -2
    }

    /// Of size, time, MD5 and the address's length.
    private static let plainBytes = 36
    private static let md5Bytes = 16

    private(set) var packed: [UInt8] = []
    private var places: [Place] = []
    private var entries: [Entry] = []

    package init() {}

    package init(_ rows: some Sequence<ListRow>) {
        for row in rows { append(row) }
    }

    /// - Parameter bytesPerRow: what most will take.
    package init(reserving count: Int, bytesPerRow: Int) {
        packed.reserveCapacity(count * bytesPerRow)
        places.reserveCapacity(count)
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { places.count }

    package subscript(index: Int) -> ListRow {
        ListRow(path: Array(path(index)), entry: isCommonPrefix(index) ? nil : entry(index))
    }

    // MARK: Adding

    package mutating func append(_ row: ListRow) {
        guard let entry = row.entry else { return append(commonPrefix: row.path) }
        if let digits = entry.plainDigits, let md5 = Hex.decode(digits), case .relative(let address) = entry.address {
            var address = address
            return address.withUTF8 { address in
                row.path.withUnsafeBytes { path in
                    md5.withUnsafeBytes { md5 in
                        append(
                            path: path, size: entry.size, md5: md5, address: UnsafeRawBufferPointer(address),
                            modified: entry.modified)
                    }
                }
            }
        }
        row.path.withUnsafeBytes { begin(Kind.other, $0, entries.count) }
        // Strings and numbers always have a JSON form.
        let text = (try? entry.jsonBytes()) ?? []
        packed.append(packed: UInt32(text.count))
        packed.append(contentsOf: text)
        entries.append(entry)
    }

    package mutating func append(commonPrefix: [UInt8]) {
        commonPrefix.withUnsafeBytes { begin(Kind.commonPrefix, $0, Place.commonPrefix) }
    }

    /// Appends an object of which there is no more to tell.
    ///
    /// - Parameters:
    ///   - path: UTF-8, as the caller has validated.
    ///   - md5: 16 bytes.
    ///   - address: relative; empty where nobody asked.
    package mutating func append(
        path: UnsafeRawBufferPointer, size: Int64, md5: UnsafeRawBufferPointer, address: UnsafeRawBufferPointer,
        modified: Int64
    ) {
        precondition(md5.count == Self.md5Bytes, "an MD5 has 16 bytes")
        begin(Kind.plain, path, Place.plain)
        withUnsafeTemporaryAllocation(byteCount: Self.plainBytes, alignment: 8) { room in
            room.storeBytes(of: size.bigEndian, as: Int64.self)
            room.storeBytes(of: modified.bigEndian, toByteOffset: 8, as: Int64.self)
            UnsafeMutableRawBufferPointer(rebasing: room[16..<32]).copyMemory(from: md5)
            room.storeBytes(of: UInt32(address.count).bigEndian, toByteOffset: 32, as: UInt32.self)
            packed.append(contentsOf: room)
        }
        packed.append(contentsOf: address)
    }

    private mutating func begin(_ kind: UInt8, _ path: UnsafeRawBufferPointer, _ entry: Int) {
        packed.append(kind)
        packed.append(packed: UInt32(path.count))
        let start = packed.count
        packed.append(contentsOf: path)
        places.append(Place(start: start, end: packed.count, entry: entry))
    }

    // MARK: Reading

    /// Reads rows up to the end.
    init(_ reader: inout PackedReader) throws(JSONError) {
        let start = reader.index
        while !reader.isAtEnd {
            let kind = try reader.byte()
            let path = try reader.range(try reader.count())
            var place = Place(start: path.lowerBound - start, end: path.upperBound - start, entry: Place.commonPrefix)
            switch kind {
            case Kind.commonPrefix: break
            case Kind.plain:
                _ = try reader.range(Self.plainBytes - 4)
                _ = try reader.range(try reader.count())
                place.entry = Place.plain
            case Kind.other:
                let text = try reader.range(try reader.count())
                place.entry = entries.count
                entries.append(try Entry(jsonBytes: Array(reader.bytes[text])))
            default: throw reader.error("a row of an unknown kind")
            }
            places.append(place)
        }
        packed = Array(reader.bytes[start...])
    }

    /// The object's key or the common prefix, as UTF-8 bytes.
    package func path(_ index: Int) -> ArraySlice<UInt8> { packed[places[index].start..<places[index].end] }

    package func isCommonPrefix(_ index: Int) -> Bool { places[index].entry == Place.commonPrefix }

    /// In bytes; 0 for a common prefix.
    package func size(_ index: Int) -> Int64 {
        let place = places[index]
        switch place.entry {
        case Place.plain: return packed.packedInteger(at: place.end)
        case Place.commonPrefix: return 0
        default: return entries[place.entry].size
        }
    }

    /// Milliseconds since 1970; 0 for a common prefix.
    package func modified(_ index: Int) -> Int64 {
        let place = places[index]
        switch place.entry {
        case Place.plain: return packed.packedInteger(at: place.end + 8)
        case Place.commonPrefix: return 0
        default: return entries[place.entry].modified
        }
    }

    /// The bytes of an MD5 that is the object's whole checksum; nil where it is another text, or for a common prefix.
    package func md5(_ index: Int) -> ArraySlice<UInt8>? {
        let place = places[index]
        return place.entry == Place.plain ? packed[(place.end + 16)..<(place.end + 32)] : nil
    }

    /// Below the repository's namespace, UTF-8; nil where the object's address is in `details`, or for a common prefix.
    package func relativeAddress(_ index: Int) -> ArraySlice<UInt8>? {
        let place = places[index]
        guard place.entry == Place.plain else { return nil }
        let start = place.end + Self.plainBytes
        return packed[start..<start + Int(packed.packedInteger(at: start - 4) as UInt32)]
    }

    /// What is told of an object beyond size, time, MD5 and a relative address; nil where that is all there is.
    package func details(_ index: Int) -> Entry? { places[index].entry < 0 ? nil : entries[places[index].entry] }

    private func entry(_ index: Int) -> Entry {
        let place = places[index]
        if place.entry >= 0 { return entries[place.entry] }
        return Entry(
            address: .relative(String(decoding: relativeAddress(index) ?? [], as: UTF8.self)), size: size(index),
            checksum: md5(index).map { Hex.encode(Array($0)) } ?? "", modified: modified(index))
    }
}

extension ListRows: Equatable {
    package static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }
}

extension Entry {
    /// The digits of the MD5 that is its checksum, in lower case, where all else is as usual.
    fileprivate var plainDigits: String? {
        guard case .relative = address, contentType == Entry.defaultContentType, userMetadata.isEmpty,
            attributes.isEmpty, checksum.utf8.count == 32,
            checksum.utf8.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 })
        else { return nil }
        return checksum
    }
}
