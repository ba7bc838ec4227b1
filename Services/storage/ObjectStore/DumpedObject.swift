/// Where a dump keeps what it consists of, below a namespace: `_tarn/objects/<two digits>/<id>`, the id being the SHA-256 of the
/// bytes in hexadecimal.
///
/// Tree nodes, pages of rows and the three objects that name them are all found this way, and in the order of their ids.
package enum DumpedObject {
    package static let folder = "_tarn/objects"

    /// - Parameter id: 64 hexadecimal digits.
    package static func path(_ id: String) -> String { "\(folder)/\(id.prefix(2))/\(id)" }
}
