/// Makes the store that a configuration names.
package enum ObjectStores {
    /// - Throws: `misconfigured`.
    package static func open(_ configuration: ObjectStoreConfiguration) throws(ObjectStoreError) -> any ObjectStore {
        switch configuration.kind {
        case .local(let local): try LocalObjectStore(local)
        case .s3(let s3): try S3ObjectStore(s3)
        }
    }
}
