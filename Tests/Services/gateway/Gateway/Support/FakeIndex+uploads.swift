import Domain
import JSONCodec
import ServiceKit
import Wire

extension FakeIndex {
    func addUploads(to routes: inout RPCRoutes) {
        on(CreateUpload.self, &routes) { request, store in
            let repository = try store.repository(request.repository)
            try store.checkBranch(request.repository, request.branch)
            let upload = Upload(
                id: request.operationID.description, repository: request.repository, repositoryID: repository.id,
                storageNamespace: repository.storageNamespace, branch: request.branch, path: request.path,
                physicalAddress: request.physicalAddress, storeUploadID: request.storeUploadID, created: 1_000,
                contentType: request.contentType, userMetadata: request.userMetadata, attributes: request.attributes)
            store.uploads[upload.id] = FakeUpload(upload: upload)
            return upload
        }
        on(GetUpload.self, &routes) { request, store in try store.upload(request.uploadID, isOpen: true).upload }
        on(PutUploadPart.self, &routes) { request, store in
            _ = try store.upload(request.uploadID, isOpen: true)
            store.uploads[request.uploadID]?.parts[request.part.number] = request.part
            return Nothing()
        }
        on(ListUploadParts.self, &routes) { request, store in
            let parts = try store.upload(request.uploadID, isOpen: true).parts.values
                .filter { $0.number > request.after }.sorted { $0.number < $1.number }
            return Listed(
                results: Array(parts.prefix(request.amount)), hasMore: parts.count > request.amount)
        }
        on(ListUploads.self, &routes) { request, store in
            let found = store.uploads.values.map(\.upload).filter { upload in
                let isBehind =
                    upload.path.string > request.afterPath
                    || upload.path.string == request.afterPath && !request.afterID.isEmpty
                        && upload.id > request.afterID
                return store.uploads[upload.id]?.entry == nil && isBehind && upload.repository == request.repository
                    && upload.path.string.hasPrefix(request.prefix)
                    && (request.branch == nil || request.branch == upload.branch)
            }.sorted { ($0.path.string, $0.id) < ($1.path.string, $1.id) }
            return Listed(
                results: Array(found.prefix(request.amount)), hasMore: found.count > request.amount)
        }
        on(BeginCompleteUpload.self, &routes) { request, store in
            let upload = try store.upload(request.uploadID, isOpen: false)
            if let entry = upload.entry { return Completion(upload: upload.upload, state: .completed(entry)) }
            if let chosen = upload.chosen, chosen != request.parts {
                throw RPCError(.conflict, subject: "upload", "completed with other parts")
            }
            let parts = try request.parts.map { part in
                guard let found = upload.parts[part.number], found.etag == part.etag else {
                    throw RPCError(.notFound, subject: "part", "no such part")
                }
                return found
            }
            store.uploads[request.uploadID]?.chosen = request.parts
            return Completion(upload: upload.upload, state: .completing(parts: parts))
        }
        on(FinishUpload.self, &routes) { request, store in
            let upload = try store.upload(request.uploadID, isOpen: false)
            if upload.entry != nil { return Nothing() }
            try store.stage(
                upload.upload.repository, upload.upload.branch, upload.upload.path, request.entry, request.condition)
            store.uploads[request.uploadID]?.entry = request.entry
            return Nothing()
        }
        on(AbortUpload.self, &routes) { request, store in
            let upload = try store.upload(request.uploadID, isOpen: true).upload
            store.uploads[request.uploadID] = nil
            return upload
        }
    }
}

extension FakeIndex.Store {
    /// - Parameter isOpen: whether one that was completed counts as gone.
    func upload(_ id: String, isOpen: Bool) throws -> FakeIndex.FakeUpload {
        guard let upload = uploads[id], !(isOpen && upload.entry != nil) else {
            throw RPCError(.notFound, subject: "upload", "no such upload")
        }
        return upload
    }
}
