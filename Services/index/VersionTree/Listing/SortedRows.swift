/// Rows at hand, sorted by key, as a source of listings.
package final class SortedRows: OverlaySource {
    private let rows: [TreeChange]
    private var index: Int

    /// - Parameter rows: in ascending order of keys; one without a value is a tombstone.
    package init(_ rows: [TreeChange]) {
        self.rows = rows
        index = rows.count
    }

    package var key: [UInt8]? { index < rows.count ? rows[index].key : nil }

    package var value: ArraySlice<UInt8>? { index < rows.count ? rows[index].value : nil }

    package func seek(to key: [UInt8]) async throws {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if Bytes.isLess(rows[middle].key, key) { low = middle + 1 } else { high = middle }
        }
        index = low
    }

    package func advance() async throws { _ = advanceIfReady() }

    package func advanceIfReady() -> Bool {
        if index < rows.count { index += 1 }
        return true
    }
}
