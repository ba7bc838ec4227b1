package import Domain
package import JSONCodec

/// The rows of a listing, packed: their texts lie one behind the other, so a thousand of them are three allocations and not five thousand.
package struct ListRows: Sendable, Hashable, RandomAccessCollection {
    /// What of a row is not text. Its texts follow one another from `start` on: path, checksum, address.
    private struct Place: Sendable, Hashable {
        var start: Int
        var pathEnd: Int
        var checksumEnd = 0
        var addressEnd = 0
        var size: Int64 = 0
        var modified: Int64 = 0
        /// In `rests`; -1 for an object that has none, -2 for a common prefix.
        var rest = Place.isPrefix

        static let isPrefix = -2
        static let isPlain = -1
    }

    /// What is as usual in most entries.
    private struct Rest: Sendable, Hashable {
        var isFull: Bool
        var contentType: String
        var userMetadata: [String: String]
        var attributes: [String: String]
    }

    private var text: [UInt8] = []
    private var places: [Place] = []
    private var rests: [Rest] = []

    package init() {}

    package init(_ rows: some Sequence<ListRow>) {
        for row in rows { append(row) }
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { places.count }

    package subscript(index: Int) -> ListRow {
        ListRow(path: Array(path(index)), entry: isCommonPrefix(index) ? nil : entry(index))
    }

    package mutating func append(_ row: ListRow) {
        var place = begin(path: row.path)
        if let entry = row.entry {
            text.append(contentsOf: entry.checksum.utf8)
            place.checksumEnd = text.count
            text.append(contentsOf: entry.address.text.utf8)
            place.addressEnd = text.count
            place.size = entry.size
            place.modified = entry.modified
            place.rest = Place.isPlain
            if !entry.isPlain {
                place.rest = rests.count
                rests.append(
                    Rest(
                        isFull: entry.address.isFull, contentType: entry.contentType,
                        userMetadata: entry.userMetadata, attributes: entry.attributes))
            }
        }
        places.append(place)
    }

    private mutating func begin(path: [UInt8]) -> Place {
        let start = text.count
        text.append(contentsOf: path)
        return Place(start: start, pathEnd: text.count)
    }

    // MARK: Parts of a row

    /// The object's key or the common prefix, as UTF-8 bytes.
    package func path(_ index: Int) -> ArraySlice<UInt8> { text[places[index].start..<places[index].pathEnd] }

    package func isCommonPrefix(_ index: Int) -> Bool { places[index].rest == Place.isPrefix }

    /// As UTF-8; empty for a common prefix.
    package func checksum(_ index: Int) -> ArraySlice<UInt8> {
        isCommonPrefix(index) ? [] : text[places[index].pathEnd..<places[index].checksumEnd]
    }

    package func size(_ index: Int) -> Int64 { places[index].size }

    /// Milliseconds since 1970.
    package func modified(_ index: Int) -> Int64 { places[index].modified }

    /// Nil where there are none to speak of.
    package func attributes(_ index: Int) -> [String: String]? {
        places[index].rest < 0 ? nil : rests[places[index].rest].attributes
    }

    private func entry(_ index: Int) -> Entry {
        let place = places[index]
        let address = String(decoding: text[place.checksumEnd..<place.addressEnd], as: UTF8.self)
        let checksum = String(decoding: checksum(index), as: UTF8.self)
        guard place.rest >= 0 else {
            return Entry(address: .relative(address), size: place.size, checksum: checksum, modified: place.modified)
        }
        let rest = rests[place.rest]
        return Entry(
            address: rest.isFull ? .full(address) : .relative(address), size: place.size, checksum: checksum,
            modified: place.modified, contentType: rest.contentType, userMetadata: rest.userMetadata,
            attributes: rest.attributes)
    }

    // MARK: JSON

    /// Reads an array of rows, each as `ListRow` writes it.
    init(json reader: inout JSONReader) throws(JSONError) {
        text.reserveCapacity(reader.remainingBytes)
        try reader.beginArray()
        while try reader.nextElement() { try append(&reader) }
    }

    private mutating func append(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginArray()
        try Self.next(&reader)
        var place = Place(start: text.count, pathEnd: 0)
        try reader.appendString(to: &text)
        place.pathEnd = text.count
        if try reader.nextElement() { try readObject(&place, &reader) }
        places.append(place)
    }

    /// Reads the elements behind the path, the first of which is announced.
    private mutating func readObject(_ place: inout Place, _ reader: inout JSONReader) throws(JSONError) {
        place.size = try reader.integer()
        try Self.next(&reader)
        try reader.appendString(to: &text)
        place.checksumEnd = text.count
        try Self.next(&reader)
        try reader.appendString(to: &text)
        place.addressEnd = text.count
        try Self.next(&reader)
        place.modified = try reader.integer()
        place.rest = Place.isPlain
        guard try reader.nextElement() else { return }
        let isFull = try reader.bool()
        try Self.next(&reader)
        let contentType = try reader.string()
        try Self.next(&reader)
        let userMetadata = try reader.strings()
        try Self.next(&reader)
        place.rest = rests.count
        rests.append(
            Rest(
                isFull: isFull, contentType: contentType, userMetadata: userMetadata,
                attributes: try reader.strings()))
        guard try !reader.nextElement() else { throw reader.error("row is too long") }
    }

    private static func next(_ reader: inout JSONReader) throws(JSONError) {
        guard try reader.nextElement() else { throw reader.error("row is incomplete") }
    }
}
