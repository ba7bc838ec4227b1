package import JSONCodec

/// A call that one service offers to others, declared once.
///
/// Client stub, server route, metrics label and test double follow from the declaration.
package protocol RPCMethod: Sendable {
    associatedtype Request: JSONMessage
    associatedtype Response: WireMessage

    /// Unique over all services, such as `index.getObject`; also the label in metrics and logs.
    static var name: String { get }
    /// Who answers it.
    static var service: ServiceName { get }
    /// Who may call it; anybody else is refused.
    static var callers: Set<ServiceName> { get }
    /// Whether a call may be sent again when it is not known whether it was carried out.
    static var isIdempotent: Bool { get }
    /// Whether calls may share a body with others to the same peer: request and usual answer of at most a few KiB, no long work.
    static var isSmall: Bool { get }
}
