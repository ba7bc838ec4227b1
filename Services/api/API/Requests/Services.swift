import ObjectStore
import Policy
import ServiceKit
import Wire

/// What handlers work with.
struct Services: Sendable {
    let index: any RPCCalling
    let auth: any RPCCalling
    let store: any ObjectStore
    let authorizer: any Authorizer
    let writeTargets: WriteTargets
    let presigning: PresigningKeys
    let settings: APISettings
    /// Nil where nothing is written down.
    var audit: AuditTrail?
    /// Milliseconds since 1970-01-01T00:00:00Z.
    let now: @Sendable () -> Int64
}

/// What the protocol lets clients know of this installation.
struct APISettings: Sendable {
    /// Where S3 clients go, as they see it; nil where it is not known.
    var s3EndpointURL: String?
    /// Put before the name of a new repository where a client proposes a namespace.
    var defaultNamespacePrefix: String
    /// Where REST clients go, as they see it, without a slash at the end; nil to go by the `Host` of their requests.
    var endpointURL: String?
    /// Whether there are presigned URLs.
    var presigns = true
    /// How long a presigned URL is good for.
    var presignedSeconds: Int64 = 900
}
