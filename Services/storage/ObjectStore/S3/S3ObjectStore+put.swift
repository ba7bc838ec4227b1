import Curl
import NIOCore
import Signatures

extension S3ObjectStore {
    package func put(_ address: ObjectAddress, body: ObjectBody) async throws(ObjectStoreError) -> ObjectInfo {
        switch body.source {
        case .bytes(let bytes):
            return try await put(address, bytes)
        case .stream(let next):
            var cutter = BodyCutter(length: body.length, next)
            if let length = body.length {
                if length <= Self.maxGatheredBytes {
                    return try await put(address, try await cutter.gather(length + 1))
                }
                if length <= Self.maxSinglePutBytes { return try await put(address, length, next) }
                let partBytes = Self.partBytes(forLength: length)
                return try await putInParts(address) { (upload, number) throws(ObjectStoreError) in
                    let left = length - Int64(number - 1) * partBytes
                    guard left > 0 else {
                        try await cutter.requireEnd()
                        return nil
                    }
                    return try await self.putPart(upload, of: address, number: number, min(left, partBytes), &cutter)
                }
            }
            // Whether there will be another part is known only when this one is full.
            let first = try await cutter.gather(Self.gatheredPartBytes)
            guard first.readableBytes == Int(Self.gatheredPartBytes) else { return try await put(address, first) }
            return try await putInParts(address) { (upload, number) throws(ObjectStoreError) in
                let bytes = number == 1 ? first : try await cutter.gather(Self.gatheredPartBytes)
                guard bytes.readableBytes > 0 else { return nil }
                return try await self.putPart(upload, of: address, number: number, body: ObjectBody(bytes))
            }
        }
    }

    /// As few parts as there may be of at least the usual size.
    static func partBytes(forLength length: Int64) -> Int64 {
        let least = (length + Int64(UploadedPart.maxNumber) - 1) / Int64(UploadedPart.maxNumber)
        return max(streamedPartBytes, (least + 1_048_575) / 1_048_576 * 1_048_576)
    }

    private func put(_ address: ObjectAddress, _ bytes: ByteBuffer) async throws(ObjectStoreError) -> ObjectInfo {
        let response = try await client.send(try call(.put, "write an object", address), bytes: bytes)
        return Self.stored(response, size: Int64(bytes.readableBytes))
    }

    private func put(
        _ address: ObjectAddress, _ length: Int64, _ next: @escaping () async throws -> ByteBuffer?
    ) async throws(ObjectStoreError) -> ObjectInfo {
        let response = try await client.sendOnce(
            try call(.put, "write an object", address), body: .stream(length: length, next: next), payload: .unsigned)
        return Self.stored(response, size: length)
    }

    private static func stored(_ response: CurlResponse, size: Int64) -> ObjectInfo {
        defer { response.cancel() }
        return ObjectInfo(size: size, modified: now, etag: ObjectInfo.unquote(response.head["etag"] ?? "-"))
    }

    /// Puts parts, asking for one after the other until there is none, and joins them; drops all of them when one fails.
    func putInParts(
        _ address: ObjectAddress, _ next: (UploadID, Int) async throws(ObjectStoreError) -> UploadedPart?
    ) async throws(ObjectStoreError) -> ObjectInfo {
        let upload = try await createUpload(address)
        var parts: [UploadedPart] = []
        do throws(ObjectStoreError) {
            while let part = try await next(upload, parts.count + 1) { parts.append(part) }
            return try await completeUpload(upload, of: address, parts: parts)
        } catch {
            // Not in this task, which may be cancelled.
            _ = await Task { [self] in try? await abortUpload(upload, of: address) }.value
            throw error
        }
    }
}

/// Cuts a stream into parts.
struct BodyCutter {
    private let length: Int64?
    private let source: () async throws -> ByteBuffer?
    /// What was taken from the source and belongs to the next part.
    private var rest = ByteBuffer()
    private var taken: Int64 = 0
    private var isAtEnd = false

    init(length: Int64?, _ source: @escaping () async throws -> ByteBuffer?) {
        self.length = length
        self.source = source
    }

    /// The next piece of at most `count` bytes, `nil` at the end.
    ///
    /// - Throws: `bodyFailed`, `bodyLength`.
    mutating func next(atMost count: Int64) async throws(ObjectStoreError) -> ByteBuffer? {
        while rest.readableBytes == 0, !isAtEnd {
            let piece: ByteBuffer?
            do { piece = try await source() } catch {
                let code: ObjectStoreError.Code = error is CancellationError ? .cancelled : .bodyFailed
                throw ObjectStoreError(code, "the source of the body failed", cause: error)
            }
            guard let piece else {
                isAtEnd = true
                break
            }
            rest = piece
            taken += Int64(piece.readableBytes)
            if let length, taken > length {
                throw ObjectStoreError(.bodyLength, "the body has more than \(length) bytes")
            }
        }
        guard rest.readableBytes > 0 else {
            if let length, taken != length {
                throw ObjectStoreError(.bodyLength, "the body had \(taken) bytes and not \(length)")
            }
            return nil
        }
        return rest.readSlice(length: min(rest.readableBytes, Int(count)))
    }

    /// At most `count` bytes in one buffer; fewer only at the end.
    mutating func gather(_ count: Int64) async throws(ObjectStoreError) -> ByteBuffer {
        var all = ByteBuffer()
        while Int64(all.readableBytes) < count, var piece = try await next(atMost: count - Int64(all.readableBytes)) {
            if all.readableBytes == 0 { all = piece } else { all.writeBuffer(&piece) }
        }
        return all
    }

    mutating func requireEnd() async throws(ObjectStoreError) {
        guard try await next(atMost: 1) == nil else {
            throw ObjectStoreError(.bodyLength, "the body is longer than it said")
        }
    }
}
