import Domain
import JSONCodec
import VersionTree
import Wire

/// A page of a listing, its entries as the tree has them.
package struct ObjectPage: Sendable {
    let namespace: StorageNamespace
    let page: ListPage

    /// The JSON of an `ObjectListing`, straight from the encoded entries: most have nothing but numbers, a hash and an address,
    /// and a thousand of them decoded would take several times as long.
    func jsonBytes() throws -> [UInt8] {
        var writer = JSONWriter(reservingBytes: 256 + page.rows.count * Self.bytesPerRow)
        var plainRows = PlainListRows()
        ObjectListing.begin(&writer, namespace)
        for row in page.rows {
            switch row {
            case .object(let key, let entry):
                let isWritten = entry.withPlain { plain in
                    guard let plain else { return false }
                    return key.withUnsafeBytes {
                        plainRows.write(
                            path: $0, size: plain.size, md5: plain.md5, address: plain.address,
                            modified: plain.modified, to: &writer)
                    }
                }
                if !isWritten { Wire.ListRow(path: key, entry: try entry.decode()).write(json: &writer) }
            case .commonPrefix(let prefix): Wire.ListRow(path: prefix, entry: nil).write(json: &writer)
            }
        }
        ObjectListing.end(&writer, hasMore: page.hasMore)
        return writer.bytes
    }

    /// What most rows take.
    private static let bytesPerRow = 320
}
