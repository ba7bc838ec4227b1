import Domain
import NIOCore
import NIOHTTP1
import Policy
import ServiceKit
import Signatures
import Wire

/// One authenticated request on its way through the gateway.
package struct S3Exchange: Sendable {
    let request: HTTPServerRequest
    let response: HTTPResponder
    let operation: S3Operation
    let fields: RequestFields
    let query: QueryItems
    let head: RequestHead
    /// As the client wrote it; empty for the service.
    let bucket: String
    /// Decoded UTF-8; empty for a bucket.
    let key: [UInt8]
    let caller: Authenticator.Caller
    /// When it came; milliseconds since 1970.
    let begun: Int64

    var principal: Principal { caller.principal }

    /// What conditions of policies look at.
    var circumstances: Circumstances {
        Circumstances(address: request.clientAddress, now: Double(begun) / 1_000)
    }

    /// The context of a call that this request needs.
    func context(_ timeout: Duration) -> CallContext {
        CallContext(
            principal: principal, traceParent: request.trace.child().traceParent, deadline: .now + timeout,
            clientAddress: request.clientAddress)
    }

    /// The repository that the bucket is.
    ///
    /// - Throws: `InvalidBucketName`.
    func repository() throws(S3Error) -> RepositoryName {
        do {
            return try RepositoryName(bucket)
        } catch {
            throw S3Error(.invalidBucketName, details: [("BucketName", bucket)])
        }
    }

    // MARK: Answers

    func send(_ status: HTTPResponseStatus, _ headers: HTTPHeaders = [:], _ body: ByteBuffer? = nil) {
        response.send(status, identified(headers), body)
    }

    func send(_ status: HTTPResponseStatus = .ok, _ headers: HTTPHeaders = [:], xml: [UInt8]) {
        var headers = headers
        headers.add(name: "Content-Type", value: "application/xml")
        send(status, headers, ByteBuffer(bytes: xml))
    }

    func identified(_ headers: HTTPHeaders) -> HTTPHeaders {
        var headers = headers
        headers.add(name: S3Failure.requestIDHeader, value: request.requestID)
        return headers
    }
}

/// How a failed request is answered, also before it is known what it asks for.
enum S3Failure {
    static let requestIDHeader = "x-amz-request-id"

    /// The answer to what the HTTP seam refuses by itself.
    @Sendable static func body(_ rejection: HTTPRejection, requestID: String) -> HTTPErrorBody {
        HTTPErrorBody(
            contentType: "application/xml", bytes: S3Error(rejection).document(resource: "", requestID: requestID),
            headers: [requestIDHeader: requestID])
    }

    static func send(_ error: S3Error, _ request: HTTPServerRequest, _ response: HTTPResponder) {
        let document = error.document(resource: String(request.path), requestID: request.requestID)
        var headers: HTTPHeaders = ["Content-Type": "application/xml"]
        headers.add(name: requestIDHeader, value: request.requestID)
        if error.code == .slowDown || error.code == .serviceUnavailable {
            headers.add(name: "Retry-After", value: "1")
        }
        // Clients that signed for another region learn the right one, also where there is no document.
        if let region = error.details.first(where: { $0.name == "Region" }) {
            headers.add(name: "x-amz-bucket-region", value: region.value)
        }
        response.send(
            HTTPResponseStatus(statusCode: error.code.status), headers,
            request.method == .HEAD ? nil : ByteBuffer(bytes: document))
    }
}
