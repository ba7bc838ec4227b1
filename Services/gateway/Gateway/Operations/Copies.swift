import Domain
import NIOHTTP1
import ObjectStore
import Signatures
import Wire

extension GatewayHandler {
    /// CopyObject: inside a repository the copy shares the source's bytes; between repositories the store copies them.
    func copyObject(_ exchange: S3Exchange) async throws(S3Error) {
        let destination = try destination(exchange)
        let source = try await copySource(exchange)
        let headers = exchange.fields.headers
        let replaces = try Self.replaces("x-amz-metadata-directive", "Unknown metadata directive.", headers)
        let replacesTags = try Self.replaces("x-amz-tagging-directive", "Unknown tagging directive.", headers)
        let metadata = try ObjectMetadata(exchange.fields)
        let wanted = try UploadChecksum.algorithm(exchange.fields)
        let condition = try WriteCondition(exchange.fields)
        let branch = try await branch(destination, exchange)
        let original = source.located.entry
        guard original.size <= UploadSize.maxSinglePutBytes else {
            throw .copySourceTooLarge
        }
        guard
            replaces || wanted != nil || exchange.fields[.storageClass] != nil
                || source.repository != destination.repository || source.path != destination.path
                || source.reference != destination.reference
        else {
            throw S3Error(
                .invalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the "
                    + "object's metadata, storage class, website redirect location or encryption attributes.")
        }
        let target = try await writeTarget(destination.repository, branch, isChecked: true, exchange)
        var entry = original
        entry.modified = clock.milliseconds()
        if replaces {
            entry.contentType = metadata.contentType
            entry.userMetadata = metadata.userMetadata
            entry.attributes = original.attributes.filter {
                StoredChecksum.isChecksum($0.key) || $0.key == ObjectParts.attribute
            }.merging(metadata.attributes) { _, new in new }
        }
        entry.attributes[ObjectTags.attribute] =
            replacesTags ? metadata.attributes[ObjectTags.attribute] : original.attributes[ObjectTags.attribute]
        if let wanted, StoredChecksum.algorithm(of: original.attributes) != wanted {
            let digests = try await digests(of: source.located, nil, wanted, exchange)
            entry.attributes = entry.attributes.filter { !StoredChecksum.isChecksum($0.key) }
            if let value = digests.checksum?.base64 {
                entry.attributes.merge(StoredChecksum.attributes(wanted, value)) { _, new in new }
            }
        }
        let isShared =
            source.repository == destination.repository && source.located.storageNamespace == target.storageNamespace
        if !isShared {
            entry.address = try await copyBytes(of: source.located, to: target, exchange)
        }
        try await stage(entry, destination, branch, target, condition, isShared: isShared, exchange)
        exchange.send(
            xml: WriteAnswers.copy(
                "CopyObjectResult", etag: entry.checksum, modified: entry.modified,
                checksums: StoredChecksum.elements(of: entry.attributes)))
    }

    /// The digests of bytes that are in the store, for copies that are to have a checksum which their source lacks.
    ///
    /// - Parameter bounds: nil for all.
    func digests(
        of located: LocatedEntry, _ bounds: Range<Int64>?, _ algorithm: ChecksumAlgorithm, _ exchange: S3Exchange
    ) async throws(S3Error) -> ContentDigests {
        let length = bounds.map { $0.upperBound - $0.lowerBound } ?? located.entry.size
        if length == 0 { return ContentDigests(algorithm) }
        let content = try await open(located, bounds, length, exchange)
        defer { content.close() }
        let lane = DigestLane(ContentDigests(algorithm), on: digests, maxQueuedBytes: limits.maxUndigestedBytes)
        do throws(ObjectStoreError) {
            if let bytes = content.bytes {
                await lane.add(bytes)
            } else {
                while let piece = try await content.next() { await lane.add(piece) }
            }
        } catch {
            log(error, "the source of a copy cannot be read", exchange)
            throw S3Error(error)
        }
        return await lane.finish()
    }

    private func copyBytes(
        of located: LocatedEntry, to target: WriteTarget, _ exchange: S3Exchange
    ) async throws(S3Error) -> PhysicalAddress {
        let path = AddressMaker.make(at: clock.milliseconds())
        let from = try address(located.entry.address, in: located.storageNamespace)
        let to = try address(.relative(path), in: target.storageNamespace)
        do throws(ObjectStoreError) {
            let info = try await store.copy(from: from, to: to)
            guard info.size == located.entry.size else {
                throw ObjectStoreError(.corrupt, "the object in the store is not as long as the index says")
            }
            return .relative(path)
        } catch {
            log(error, "an object cannot be copied", exchange)
            throw S3Error(error)
        }
    }

    /// The object that a request copies from.
    struct FoundSource {
        let repository: RepositoryName
        let reference: String
        let path: ObjectKey
        let located: LocatedEntry
    }

    /// - Throws: `NoSuchKey`, `NoSuchBucket`, `PreconditionFailed`, `AccessDenied`.
    func copySource(_ exchange: S3Exchange) async throws(S3Error) -> FoundSource {
        let source = try CopySource(exchange.fields[.copySource] ?? "")
        guard let repository = try? RepositoryName(source.bucket) else { throw S3Error(.noSuchBucket) }
        let versioned = VersionedPath(source.key)
        let (reference, path) = try versioned.readTarget()
        try authorize(exchange, S3Operation.getObject.permission(repository, path))
        let located = try await call(
            GetObject.self, GetObject.Request(repository: repository, reference: reference, path: path), exchange)
        let verdict = exchange.fields.copySourcePreconditions.evaluate(
            etag: located.entry.checksum, modified: located.entry.modified)
        guard verdict == .proceed else { throw S3Error(.preconditionFailed) }
        return FoundSource(
            repository: repository, reference: versioned.reference, path: path, located: located)
    }

    /// Whether a directive says that the copy gets what the request brings, not what its source has.
    private static func replaces(
        _ directive: String, _ refusal: String, _ headers: HTTPHeaders
    ) throws(S3Error) -> Bool {
        switch headers.first(name: directive) {
        case nil, "COPY": return false
        case "REPLACE": return true
        case let other?: throw .invalidArgument(refusal, name: directive, value: other)
        }
    }
}
