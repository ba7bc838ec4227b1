package import Domain
package import JSONCodec

/// The written codec of entries: they fill every listing, where Foundation costs ten times as much.
extension Entry: JSONMessage {
    package init(json reader: inout JSONReader) throws(JSONError) {
        var address: PhysicalAddress?
        var size: Int64?
        var checksum: String?
        var modified: Int64?
        var contentType = Entry.defaultContentType
        var userMetadata: [String: String] = [:]
        var attributes: [String: String] = [:]
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "data": address = .relative(try reader.string())
            case "uri": address = .full(try reader.string())
            case "size": size = try reader.integer()
            case "checksum": checksum = try reader.string()
            case "modified": modified = try reader.integer()
            case "type": contentType = try reader.string()
            case "metadata": userMetadata = try reader.strings()
            case "attributes": attributes = try reader.strings()
            default: try reader.skipValue()
            }
        }
        guard let address, let size, let checksum, let modified else { throw reader.error("entry is incomplete") }
        self.init(
            address: address, size: size, checksum: checksum, modified: modified, contentType: contentType,
            userMetadata: userMetadata, attributes: attributes)
    }

    package func write(json writer: inout JSONWriter) {
        writer.object { writer in
            switch address {
            case .relative(let path):
                writer.key("data")
                writer.value(path)
            case .full(let uri):
                writer.key("uri")
                writer.value(uri)
            }
            writer.key("size")
            writer.value(size)
            writer.key("checksum")
            writer.value(checksum)
            writer.key("modified")
            writer.value(modified)
            if contentType != Entry.defaultContentType {
                writer.key("type")
                writer.value(contentType)
            }
            if !userMetadata.isEmpty {
                writer.key("metadata")
                writer.value(userMetadata)
            }
            if !attributes.isEmpty {
                writer.key("attributes")
                writer.value(attributes)
            }
        }
    }
}
