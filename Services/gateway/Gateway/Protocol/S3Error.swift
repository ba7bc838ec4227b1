/// Why a request fails, as an S3 client is told.
package struct S3Error: Error, Hashable, CustomStringConvertible {
    /// An element of the error document beside those that all have.
    package struct Detail: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    package let code: S3ErrorCode
    /// For people; holds no secret.
    package let message: String
    /// What S3 adds for this code, such as `ArgumentName`.
    package let details: [Detail]

    package init(_ code: S3ErrorCode, _ message: String? = nil, details: [(name: String, value: String)] = []) {
        self.code = code
        self.message = message ?? code.message
        self.details = details.map { Detail(name: $0.name, value: $0.value) }
    }

    /// `InvalidArgument` about one parameter or header.
    package static func invalidArgument(_ message: String, name: String, value: String = "") -> S3Error {
        S3Error(.invalidArgument, message, details: [("ArgumentName", name), ("ArgumentValue", value)])
    }

    /// `NotImplemented` about a header that asks for something not built.
    package static func notImplemented(header: String) -> S3Error {
        S3Error(.notImplemented, details: [("Header", header)])
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
