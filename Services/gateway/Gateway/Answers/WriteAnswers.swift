/// The documents that answer DeleteObjects, CopyObject and PostObject.
package enum WriteAnswers {
    /// What became of one key of DeleteObjects.
    package struct Deletion: Sendable, Hashable {
        package var key: [UInt8]
        /// As the client named it.
        package var versionID: String?
        /// Nil where it went well.
        package var error: S3Error?

        package init(key: [UInt8], versionID: String? = nil, error: S3Error? = nil) {
            self.key = key
            self.versionID = versionID
            self.error = error
        }
    }

    package static func deletions(_ deletions: [Deletion], isQuiet: Bool) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 256 + deletions.count * 96)
        writer.root("DeleteResult") { writer in
            for deletion in deletions {
                if let error = deletion.error {
                    writer.element("Error") { writer in
                        writer.element("Key", utf8: deletion.key)
                        if let id = deletion.versionID { writer.element("VersionId", id) }
                        writer.element("Code", error.code.rawValue)
                        writer.element("Message", error.message)
                    }
                } else if !isQuiet {
                    writer.element("Deleted") { writer in
                        writer.element("Key", utf8: deletion.key)
                        if let id = deletion.versionID { writer.element("VersionId", id) }
                    }
                }
            }
        }
        return writer.bytes
    }

    package static func post(location: String, bucket: String, key: String, etag: String) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 512)
        writer.element("PostResponse") { writer in
            writer.element("Location", location)
            writer.element("Bucket", bucket)
            writer.element("Key", key)
            writer.etag(etag)
        }
        return writer.bytes
    }

    /// - Parameter root: `CopyObjectResult` or `CopyPartResult`.
    package static func copy(
        _ root: StaticString, etag: String, modified: Int64, checksums: [(name: String, value: String)] = []
    ) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 384)
        writer.root(root) { writer in
            writer.etag(etag)
            writer.date("LastModified", modified)
            for checksum in checksums { writer.element(checksum.name, checksum.value) }
        }
        return writer.bytes
    }
}
