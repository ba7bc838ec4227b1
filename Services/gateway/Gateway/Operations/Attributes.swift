import Domain
import NIOHTTP1
import Wire

extension GatewayHandler {
    func getObjectAttributes(_ exchange: S3Exchange) async throws(S3Error) {
        let request = try AttributesRequest(exchange.fields.headers)
        let entry = try await located(exchange).entry
        switch exchange.fields.preconditions.evaluate(etag: entry.checksum, modified: entry.modified) {
        case .proceed: break
        case .notModified: return exchange.send(.notModified, ObjectAnswer.identity(entry))
        case .failed(let condition): throw S3Error(.preconditionFailed, details: [("Condition", condition)])
        }
        var headers = HTTPHeaders()
        headers.add(name: "Last-Modified", value: HTTPTime(unixSeconds: entry.modified / 1_000).text)
        exchange.send(.ok, headers, xml: AttributesAnswer.document(request, entry))
    }
}
