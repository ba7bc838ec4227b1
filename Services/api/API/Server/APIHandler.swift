import JSONCodec
import NIOCore
import NIOHTTP1
import ServiceKit

/// Serves the public listener: the protocol below its base path, its document, the page of it and the process's health beside it.
struct APIHandler: HTTPHandler {
    private let dispatcher: Dispatcher
    private let document: ByteBuffer
    private let documentation: DocumentationFiles
    /// Nil where this process serves no web UI.
    private let site: WebSite?

    init(dispatcher: Dispatcher, site: WebSite? = nil) {
        self.dispatcher = dispatcher
        let document = OpenAPIDocument(routes: dispatcher.router.routes)
        self.document = ByteBuffer(bytes: document.json())
        documentation = DocumentationFiles(document)
        self.site = site
    }

    package func handle(_ request: HTTPServerRequest, _ response: HTTPResponder) async {
        let (answer, operation) = await answer(IncomingRequest(request), path: request.path)
        response.setOperation(operation)
        guard let answer else { return response.abort() }
        await AnswerWriter(requestID: request.requestID, isHead: request.method == .HEAD, response: response)
            .write(answer)
    }

    /// Everything but the writing, for tests without a socket.
    func answer(_ request: IncomingRequest, path: Substring) async -> (answer: Answer?, operation: String) {
        switch path {
        case "/openapi.json" where request.method == .GET || request.method == .HEAD:
            return (openAPIDocument, "openapi")
        case "/_health" where request.method == .GET || request.method == .HEAD:
            return (.text(200, "alive!\n"), "health")
        case _ where path.utf8.starts(with: SignedRequest.pathPrefix.utf8):
            return (await PresignedAccess(services: dispatcher.services).answer(request), "presigned")
        case _ where !path.hasPrefix("/api/") && (request.method == .GET || request.method == .HEAD):
            if let answer = documentation.answer(request.method, path) { return (answer, "documentation") }
            if let answer = site?.answer(path, request.headers) { return (answer, "ui") }
            if site == nil, path == "/" { return (.text(200, Self.withoutSite), "ui") }
            return await dispatcher.answer(request)
        default:
            return await dispatcher.answer(request)
        }
    }

    private static let withoutSite =
        "This is Tarn's API, under /api/v1; its document is /openapi.json. No web UI is served here.\n"

    private var openAPIDocument: Answer {
        Answer(
            200,
            headers: [
                ("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff"),
                ("Access-Control-Allow-Origin", "*"),
            ], content: .bytes(document))
    }
}
