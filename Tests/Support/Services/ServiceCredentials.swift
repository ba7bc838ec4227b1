package import ServiceKit
package import Wire

/// The credentials that services of the tests know one another by.
package enum ServiceCredentials {
    package static func credential(of service: ServiceName) -> String {
        "the credential of \(service.rawValue) in tests".replacing(" ", with: "-")
    }

    /// What a called service is told: every caller with the SHA-256 of its credential.
    package static let callers = RPCCallers.holding(
        Dictionary(uniqueKeysWithValues: ServiceName.allCases.map { ($0, credential(of: $0)) }))
}
