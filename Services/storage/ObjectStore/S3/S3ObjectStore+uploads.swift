import Curl
import NIOCore
import Signatures

extension S3ObjectStore {
    package func createUpload(_ address: ObjectAddress) async throws(ObjectStoreError) -> UploadID {
        let root = try await client.document(try call(.post, "begin an upload", address, query: [("uploads", "")]))
        guard let id = root.text("UploadId"), !id.isEmpty else { throw XMLReader.malformed }
        return UploadID(id)
    }

    package func putPart(
        _ upload: UploadID, of address: ObjectAddress, number: Int, body: ObjectBody
    ) async throws(ObjectStoreError) -> UploadedPart {
        switch body.source {
        case .bytes(let bytes):
            let response = try await client.send(try partCall(upload, address, number), bytes: bytes)
            return try receipt(response, number, Int64(bytes.readableBytes))
        case .stream(let next):
            var cutter = BodyCutter(length: body.length, next)
            if let length = body.length, length > Self.maxGatheredBytes {
                let part = try await putPart(upload, of: address, number: number, length, &cutter)
                try await cutter.requireEnd()
                return part
            }
            let most = body.length ?? Self.gatheredPartBytes
            let bytes = try await cutter.gather(most)
            guard try await cutter.next(atMost: 1) == nil else {
                throw ObjectStoreError(.tooLarge, "a part of unknown length has at most \(most) bytes")
            }
            return try await putPart(upload, of: address, number: number, body: ObjectBody(bytes))
        }
    }

    /// Streams a part of known length, leaving the rest in the cutter.
    func putPart(
        _ upload: UploadID, of address: ObjectAddress, number: Int, _ length: Int64, _ cutter: inout BodyCutter
    ) async throws(ObjectStoreError) -> UploadedPart {
        let call = try partCall(upload, address, number)
        // The source of a body is a closure that may escape, the cutter is not ours to keep.
        let box = CutterBox(cutter)
        defer { cutter = box.cutter }
        var left = length
        let response = try await client.sendOnce(
            call,
            body: .stream(length: length) {
                guard left > 0, let piece = try await box.cutter.next(atMost: left) else { return nil }
                left -= Int64(piece.readableBytes)
                return piece
            }, payload: .unsigned)
        return try receipt(response, number, length)
    }

    package func copyPart(
        _ upload: UploadID, of address: ObjectAddress, number: Int, from source: ObjectAddress, range: Range<Int64>?
    ) async throws(ObjectStoreError) -> UploadedPart {
        let wanted = try await head(source).clip(range)
        var call = try partCall(upload, address, number)
        call.headers = [("x-amz-copy-source", try copySource(source))]
        if range != nil {
            call.headers.append(("x-amz-copy-source-range", "bytes=\(wanted.lowerBound)-\(wanted.upperBound - 1)"))
        }
        call.idleMilliseconds = Self.longIdleMilliseconds
        let root = try await client.document(call)
        guard let etag = root.text("ETag"), !etag.isEmpty else { throw XMLReader.malformed }
        return UploadedPart(number: number, size: Int64(wanted.count), receipt: ObjectInfo.unquote(etag))
    }

    func copyInParts(_ source: ObjectAddress, _ size: Int64, to target: ObjectAddress) async throws(ObjectStoreError)
        -> ObjectInfo
    {
        try await putInParts(target) { (upload, number) throws(ObjectStoreError) in
            let start = Int64(number - 1) * Self.copyPartBytes
            guard start < size else { return nil }
            let range = start..<min(start + Self.copyPartBytes, size)
            return try await self.copyPart(upload, of: target, number: number, from: source, range: range)
        }
    }

    package func parts(
        of upload: UploadID, at address: ObjectAddress
    ) async throws(ObjectStoreError) -> [UploadedPart] {
        var parts: [UploadedPart] = []
        while true {
            var query = [(name: "uploadId", value: upload.string)]
            if let last = parts.last { query.append(("part-number-marker", "\(last.number)")) }
            let root: XMLElement
            do throws(ObjectStoreError) {
                root = try await client.document(try call(.get, "list an upload's parts", address, query: query))
            } catch  where error.code == .notFound {
                throw ObjectStoreError(.uploadNotFound, error.message)
            }
            guard root.name == "ListPartsResult" else { throw XMLReader.malformed }
            let known = parts.count
            for element in root.all("Part") {
                guard let number = element.text("PartNumber").flatMap({ Int($0) }), number > parts.last?.number ?? 0,
                    let size = element.text("Size").flatMap({ Int64($0) }), size >= 0, let etag = element.text("ETag")
                else { throw XMLReader.malformed }
                parts.append(UploadedPart(number: number, size: size, receipt: ObjectInfo.unquote(etag)))
            }
            guard root.text("IsTruncated") == "true", parts.count > known else { return parts }
        }
    }

    package func completeUpload(
        _ upload: UploadID, of address: ObjectAddress, parts: [UploadedPart]
    ) async throws(ObjectStoreError) -> ObjectInfo {
        try UploadedPart.checkOrder(parts)
        var call = try call(.post, "complete an upload", address, query: [("uploadId", upload.string)])
        call.idleMilliseconds = Self.longIdleMilliseconds
        var document = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        for part in parts {
            let etag = XMLElement.escape("\"\(part.receipt)\"")
            document += "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(etag)</ETag></Part>"
        }
        document += "</CompleteMultipartUpload>"
        let size = parts.reduce(0) { $0 + $1.size }
        do throws(ObjectStoreError) {
            let root = try await client.document(call, bytes: ByteBuffer(string: document))
            return ObjectInfo(size: size, modified: Self.now, etag: ObjectInfo.unquote(root.text("ETag") ?? "-"))
        } catch  where error.code == .uploadNotFound || error.code == .notFound {
            // Perhaps this is the repetition of a completion that succeeded: its object is there.
            guard let info = try? await head(address), info.size == size else {
                throw ObjectStoreError(.uploadNotFound, error.message)
            }
            return info
        }
    }

    package func abortUpload(_ upload: UploadID, of address: ObjectAddress) async throws(ObjectStoreError) {
        do throws(ObjectStoreError) {
            try await client.send(try call(.delete, "drop an upload", address, query: [("uploadId", upload.string)]))
                .cancel()
        } catch  where error.code == .uploadNotFound || error.code == .notFound {}
    }

    private func partCall(
        _ upload: UploadID, _ address: ObjectAddress, _ number: Int
    ) throws(ObjectStoreError) -> S3Client.Call {
        guard (1...UploadedPart.maxNumber).contains(number) else {
            throw ObjectStoreError(.invalidPart, "a part's number is 1 to \(UploadedPart.maxNumber)")
        }
        return try call(
            .put, "write a part", address, query: [("partNumber", "\(number)"), ("uploadId", upload.string)])
    }

    private func receipt(_ response: CurlResponse, _ number: Int, _ size: Int64) throws(ObjectStoreError)
        -> UploadedPart
    {
        defer { response.cancel() }
        guard let etag = response.head["etag"], !etag.isEmpty else {
            throw ObjectStoreError(.corrupt, "the store gives a part no tag")
        }
        return UploadedPart(number: number, size: size, receipt: ObjectInfo.unquote(etag))
    }
}

/// A cutter that a closure and its maker share.
private final class CutterBox {
    var cutter: BodyCutter
    init(_ cutter: BodyCutter) { self.cutter = cutter }
}
