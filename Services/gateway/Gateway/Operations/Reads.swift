import Domain
import Logging
import NIOCore
import NIOHTTP1
import ObjectStore
import ServiceKit
import Wire

extension GatewayHandler {
    /// GetObject and HeadObject: one call of index, and for the bytes one of the store.
    func getObject(_ exchange: S3Exchange) async throws(S3Error) {
        let (reference, path) = try VersionedPath(exchange.key).readTarget()
        let repository = try exchange.repository()
        try authorize(exchange, exchange.operation.permission(repository, path))
        try checkVersion(exchange)
        let number = exchange.query.isEmpty ? nil : try exchange.query.partNumber()
        guard number == nil || exchange.fields[.range] == nil else {
            throw S3Error(.invalidRequest, "Cannot specify both Range header and partNumber query parameter")
        }
        let located = try await call(
            GetObject.self, GetObject.Request(repository: repository, reference: reference, path: path), exchange)
        let entry = located.entry
        switch exchange.fields.preconditions.evaluate(etag: entry.checksum, modified: entry.modified) {
        case .proceed: break
        case .notModified: return exchange.send(.notModified, ObjectAnswer.identity(entry))
        case .failed(let condition): throw S3Error(.preconditionFailed, details: [("Condition", condition)])
        }
        let part = try number.map { number throws(S3Error) in try PartSelection(number, of: entry) }
        let bounds = part == nil ? try Self.bounds(exchange.fields, entry) : part?.range
        var headers = try ObjectAnswer.headers(
            entry, query: exchange.query,
            showsChecksum: bounds == nil && exchange.fields[.checksumMode]?.lowercased() == "enabled")
        if let count = part?.partCount { headers.add(name: "x-amz-mp-parts-count", value: "\(count)") }
        if let bounds {
            headers.add(
                name: "Content-Range", value: "bytes \(bounds.lowerBound)-\(bounds.upperBound - 1)/\(entry.size)")
        }
        let status: HTTPResponseStatus = bounds == nil ? .ok : .partialContent
        let length = bounds.map { $0.upperBound - $0.lowerBound } ?? entry.size
        if exchange.request.method == .HEAD {
            headers.add(name: "Content-Length", value: "\(length)")
            return exchange.send(status, headers)
        }
        guard length > 0 else { return exchange.send(status, headers, ByteBuffer()) }
        try await send(located, bounds, length, status, exchange.identified(headers), exchange)
    }

    /// The bytes that are asked for; nil for all.
    ///
    /// - Throws: `InvalidRange`.
    private static func bounds(_ fields: RequestFields, _ entry: Entry) throws(S3Error) -> Range<Int64>? {
        guard let header = fields[.range], let range = ByteRange(header) else { return nil }
        // RFC 9110 §13.1.5: a range of another version than the one the client has is no use to it.
        if let condition = fields[.ifRange], !EntityTags(condition).match(entry.checksum),
            HTTPTime(condition)?.unixSeconds != entry.modified / 1_000
        {
            return nil
        }
        guard let bounds = range.bounds(size: entry.size) else {
            throw S3Error(
                .invalidRange, details: [("RangeRequested", header), ("ActualObjectSize", "\(entry.size)")])
        }
        return bounds
    }

    private func send(
        _ located: LocatedEntry, _ bounds: Range<Int64>?, _ length: Int64, _ status: HTTPResponseStatus,
        _ headers: HTTPHeaders, _ exchange: S3Exchange
    ) async throws(S3Error) {
        let content = try await open(located, bounds, length, exchange)
        defer { content.close() }
        let response = exchange.response
        if let bytes = content.bytes {
            return response.send(status, headers, bytes)
        }
        var headers = headers
        headers.add(name: "Content-Length", value: "\(length)")
        response.start(status, headers)
        do {
            if response.sendsFiles, let region = content.fileRegion {
                try await response.sendFile(
                    region.fileHandle, offset: Int64(region.readerIndex), length: Int64(region.readableBytes))
            } else {
                while let piece = try await content.next() { try await response.write(piece) }
            }
            response.end()
        } catch let error as ObjectStoreError {
            log(error, "the store failed while an object was being sent", exchange)
            response.abort()
        } catch {
            // The client went away, or took too long: there is nobody to tell.
            response.abort()
        }
    }

    func open(
        _ located: LocatedEntry, _ bounds: Range<Int64>?, _ length: Int64, _ exchange: S3Exchange
    ) async throws(S3Error) -> ObjectContent {
        let address = try address(located.entry.address, in: located.storageNamespace)
        do throws(ObjectStoreError) {
            let content = try await store.get(address, range: bounds)
            // An imported object may have changed since; its size is all we know of it.
            guard content.info.size == located.entry.size, content.length == length else {
                content.close()
                throw ObjectStoreError(.corrupt, "the object in the store is not as long as the index says")
            }
            return content
        } catch {
            log(error, "an object cannot be read", exchange)
            throw S3Error(error)
        }
    }

    func log(_ error: ObjectStoreError, _ message: String, _ exchange: S3Exchange) {
        logger.error(
            "\(message)", metadata: ["request": "\(exchange.request.requestID)", "error": "\(error)"])
    }
}
