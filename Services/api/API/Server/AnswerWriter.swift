import NIOCore
import NIOHTTP1
import ObjectStore
import ServiceKit

/// Writes an answer to its connection.
struct AnswerWriter {
    let requestID: String
    let isHead: Bool
    let response: HTTPResponder

    func write(_ answer: Answer) async {
        let status = HTTPResponseStatus(statusCode: answer.status)
        var headers = HTTPHeaders()
        headers.reserveCapacity(answer.headers.count + 2)
        for (name, value) in answer.headers { headers.add(name: name, value: value) }
        headers.add(name: "X-Request-ID", value: requestID)
        switch answer.content {
        case .none:
            response.send(status, headers)
        case .bytes(let bytes):
            if isHead { headers.add(name: "Content-Length", value: String(bytes.readableBytes)) }
            response.send(status, headers, isHead ? nil : bytes)
        case .head(let length):
            headers.add(name: "Content-Length", value: String(length))
            response.send(status, headers)
        case .object(let object):
            await write(object, status, headers)
        case .pieces(let next):
            await write(next, status, headers)
        }
    }

    private func write(
        _ next: @Sendable () async throws -> ByteBuffer?, _ status: HTTPResponseStatus, _ headers: HTTPHeaders
    ) async {
        if isHead { return response.send(status, headers) }
        response.start(status, headers)
        do {
            while let piece = try await next() { try await response.write(piece) }
            response.end()
        } catch {
            // A client must not take what it got for the whole.
            response.abort()
        }
    }

    private func write(_ object: ObjectContent, _ status: HTTPResponseStatus, _ headers: HTTPHeaders) async {
        defer { object.close() }
        if let bytes = object.bytes { return response.send(status, headers, bytes) }
        var headers = headers
        headers.add(name: "Content-Length", value: String(object.length))
        response.start(status, headers)
        do {
            if response.sendsFiles, let file = object.fileRegion {
                try await response.sendFile(
                    file.fileHandle, offset: Int64(file.readerIndex), length: Int64(file.readableBytes))
            } else {
                while let piece = try await object.next() { try await response.write(piece) }
            }
            response.end()
        } catch {
            // The length was announced: a client must not take what it got for the whole.
            response.abort()
        }
    }
}
