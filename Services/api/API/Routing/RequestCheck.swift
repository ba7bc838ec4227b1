import JSONCodec
import NIOCore
import NIOHTTP1

/// Checks a request against what its route says of it, before anything is looked up.
enum RequestCheck {
    /// - Throws: `APIError` 400 naming the parameter.
    static func parameters(of route: Route, _ target: RequestTarget, _ headers: HTTPHeaders) throws(APIError) {
        for parameter in route.parameters {
            switch parameter.location {
            case .path: break
            case .header:
                guard let value = headers.first(name: parameter.name) else { continue }
                try check(value, parameter, "header")
            case .query:
                var isGiven = false
                for pair in target.query where pair.name == parameter.name {
                    try check(pair.value, parameter, "query parameter")
                    isGiven = true
                    if case .array = parameter.schema.definition { continue }
                    break
                }
                guard isGiven || !parameter.isRequired else {
                    throw .badRequest("query parameter '\(parameter.name)' is missing")
                }
            }
        }
    }

    private static func check(_ value: String, _ parameter: Parameter, _ kind: String) throws(APIError) {
        if let refusal = parameter.refusal(of: value) {
            throw .badRequest("\(kind) '\(parameter.name)' \(refusal)")
        }
    }

    /// The JSON body, checked; nil where the route takes none or none came.
    ///
    /// - Throws: `APIError` 400 naming the field; `HTTPStreamError`, `bodyTooLarge` among them.
    static func json(of route: Route, _ request: IncomingRequest, maxBytes: Int) async throws -> [UInt8]? {
        guard case .json(let schema, let isRequired) = route.body else { return nil }
        let bytes = try await request.body.collect(maxBytes: maxBytes)
        guard bytes.readableBytes > 0 else {
            guard isRequired else { return nil }
            throw APIError.badRequest("request body is missing")
        }
        // A form that another site posts cannot have this type: what a cookie authenticates must.
        guard isJSON(request.headers.first(name: "Content-Type")) else {
            throw APIError.badRequest("the Content-Type of the request body must be application/json")
        }
        let json = Array(bytes.readableBytesView)
        do {
            try schema.check(json)
        } catch {
            throw APIError.badRequest("request body: \(error.reason) (at byte \(error.offset))")
        }
        return json
    }

    private static func isJSON(_ contentType: String?) -> Bool {
        guard let type = contentType?.split(separator: ";", maxSplits: 1).first else { return false }
        return type.lowercased().drop { $0 == " " }.prefix { $0 != " " } == "application/json"
    }
}
