import Curl
package import Domain
import NIOCore

extension S3ObjectStore {
    package func list(_ request: ObjectListRequest) async throws(ObjectStoreError) -> ObjectPage {
        guard request.scheme == .s3 else { throw Self.foreign }
        var call = S3Client.Call(method: .get, action: "list objects", bucket: request.bucket)
        call.query = [("list-type", "2"), ("max-keys", "\(request.rows)"), ("prefix", request.prefix)]
        if request.byFolder { call.query.append(("delimiter", "/")) }
        if !request.after.isEmpty {
            // A folder's first key is behind the folder's name: only one that is behind all of its keys passes it over.
            let isFolder = request.byFolder && request.after.hasSuffix("/")
            call.query.append(("start-after", isFolder ? request.after + "\u{10FFFF}" : request.after))
        }
        let root = try await client.document(call)
        guard root.name == "ListBucketResult" else { throw XMLReader.malformed }
        var page = ObjectPage()
        for element in root.all("Contents") {
            guard let key = element.text("Key"), let size = element.text("Size").flatMap({ Int64($0) }), size >= 0
            else {
                throw XMLReader.malformed
            }
            // A store may take the key to go on behind for one to begin with.
            guard key.utf8.lexicographicallyPrecedes(request.after.utf8) == false, key != request.after else {
                continue
            }
            page.objects.append(
                ListedObject(
                    key: key,
                    info: ObjectInfo(
                        size: size, modified: ObjectInfo.milliseconds(element.text("LastModified") ?? ""),
                        etag: ObjectInfo.unquote(element.text("ETag") ?? ""))))
        }
        for element in root.all("CommonPrefixes") {
            guard let folder = element.text("Prefix") else { throw XMLReader.malformed }
            if request.after.utf8.lexicographicallyPrecedes(folder.utf8) { page.folders.append(folder) }
        }
        if root.text("IsTruncated") == "true" {
            let last = [page.objects.last?.key, page.folders.last].compactMap { $0 }
                .max { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            guard let last else { throw ObjectStoreError(.corrupt, "the store's list goes on without a row") }
            page.next = last
        }
        return page
    }

    package func uploads(in namespace: StorageNamespace) async throws(ObjectStoreError) -> [PendingUpload] {
        guard namespace.scheme == .s3 else { throw Self.foreign }
        var uploads: [PendingUpload] = []
        var marker: (key: String, upload: String)?
        while true {
            var call = S3Client.Call(method: .get, action: "list uploads", bucket: namespace.bucket)
            call.query = [("uploads", ""), ("prefix", namespace.prefix.isEmpty ? "" : namespace.prefix + "/")]
            if let marker { call.query += [("key-marker", marker.key), ("upload-id-marker", marker.upload)] }
            let root = try await client.document(call)
            guard root.name == "ListMultipartUploadsResult" else { throw XMLReader.malformed }
            for element in root.all("Upload") {
                guard let key = element.text("Key"), let id = element.text("UploadId"), !id.isEmpty,
                    let address = try? ObjectAddress(scheme: .s3, bucket: namespace.bucket, key: key)
                else { continue }
                let begun = ObjectInfo.milliseconds(element.text("Initiated") ?? "")
                uploads.append(PendingUpload(address: address, upload: UploadID(id), begun: begun))
            }
            guard root.text("IsTruncated") == "true", let key = root.text("NextKeyMarker"),
                let upload = root.text("NextUploadIdMarker"), marker?.key != key || marker?.upload != upload
            else { return uploads }
            marker = (key, upload)
        }
    }

    /// A store of its own keeps no half-written objects.
    package func removeLeftovers(
        in namespace: StorageNamespace, olderThan seconds: Int64
    ) async throws(ObjectStoreError) -> Int { 0 }
}
