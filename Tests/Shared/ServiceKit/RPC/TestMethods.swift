import JSONCodec
import Wire

/// A small idempotent method.
enum Echo: RPCMethod {
    struct Request: JSONMessage, Codable, Hashable { var text: String }
    struct Response: JSONMessage, Codable, Hashable { var text: String }

    static let name = "index.testEcho"
    static let service = ServiceName.index
    static let callers: Set<ServiceName> = [.gateway, .api]
    static let isIdempotent = true
    static let isSmall = true
}

/// A small method that must not be carried out twice.
enum Append: RPCMethod {
    typealias Request = Echo.Request
    typealias Response = Echo.Response

    static let name = "index.testAppend"
    static let service = ServiceName.index
    static let callers: Set<ServiceName> = [.gateway]
    static let isIdempotent = false
    static let isSmall = true
}

/// An idempotent method with messages of any size.
enum Bulk: RPCMethod {
    typealias Request = Echo.Request
    typealias Response = Echo.Response

    static let name = "index.testBulk"
    static let service = ServiceName.index
    static let callers: Set<ServiceName> = [.gateway]
    static let isIdempotent = true
    static let isSmall = false
}

/// A method of another service.
enum Elsewhere: RPCMethod {
    typealias Request = Nothing
    typealias Response = Nothing

    static let name = "auth.testElsewhere"
    static let service = ServiceName.auth
    static let callers: Set<ServiceName> = [.gateway]
    static let isIdempotent = true
    static let isSmall = true
}
