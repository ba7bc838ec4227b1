import Domain
import JSONCodec
import VersionTree
import Wire

/// A page of a listing, its entries as the tree has them.
package struct ObjectPage: Sendable {
    let namespace: StorageNamespace
    let page: ListPage
    /// Whether rows tell where objects' bytes are.
    let withAddresses: Bool

    /// An `ObjectListing`, straight from the encoded entries: most have nothing but numbers, a hash and an address, and a thousand of
    /// them decoded would take several times as long.
    func wireBytes() throws -> [UInt8] {
        var rows = ListRows(reserving: page.rows.count, bytesPerRow: Self.bytesPerRow)
        for row in page.rows {
            switch row {
            case .object(let key, let entry):
                let isWritten = entry.withPlain { plain in
                    guard let plain else { return false }
                    key.withUnsafeBytes {
                        rows.append(
                            path: $0, size: plain.size, md5: plain.md5,
                            address: withAddresses ? plain.address : UnsafeRawBufferPointer(start: nil, count: 0),
                            modified: plain.modified)
                    }
                    return true
                }
                if !isWritten { rows.append(Wire.ListRow(path: key, entry: try entry.decode())) }
            case .commonPrefix(let prefix): rows.append(commonPrefix: prefix)
            }
        }
        return ObjectListing(storageNamespace: namespace, rows: rows, hasMore: page.hasMore).wireBytes()
    }

    /// What most rows take.
    private static let bytesPerRow = 256
}
