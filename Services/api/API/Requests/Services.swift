import ObjectStore
import Policy
import Wire

/// What handlers work with.
struct Services: Sendable {
    let index: any RPCCalling
    let auth: any RPCCalling
    let store: any ObjectStore
    let authorizer: any Authorizer
    let writeTargets: WriteTargets
    let settings: APISettings
    /// Milliseconds since 1970-01-01T00:00:00Z.
    let now: @Sendable () -> Int64
}

/// What the protocol lets clients know of this installation.
struct APISettings: Sendable {
    /// Where S3 clients go, as they see it; nil where it is not known.
    var s3EndpointURL: String?
    /// Put before the name of a new repository where a client proposes a namespace.
    var defaultNamespacePrefix: String
}
