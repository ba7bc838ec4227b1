import Cryptography
import Policy
package import ServiceKit
import Signatures
package import Wire

/// One access key whose secret tests know, and what auth says of it.
package enum KnownKey {
    package static let accessKeyID = "AKIAIOSFODNN7EXAMPLE"
    package static let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    package static let userID = "ada"

    /// What auth answers for a key with this secret.
    package static func signingKey(_ request: GetSigningKey.Request, secret: String = secret) -> SigningKey {
        let scope = CredentialScope(day: request.date, region: request.region, service: request.service)
        return SigningKey(
            key: DerivedKey.derive(secret: secret, scope: scope).hex,
            principal: Principal(userID: userID, accessKeyID: request.accessKeyID), policies: [.everything])
    }

    /// An auth that knows this key only, for services of the tests.
    package static func startAuth() async throws -> TestHTTPServer {
        var routes = RPCRoutes()
        routes.on(GetSigningKey.self) { request, _, _ in
            guard request.accessKeyID == accessKeyID else {
                throw RPCError(.notFound, subject: "credential", "no such key")
            }
            return signingKey(request)
        }
        return try await TestHTTPServer.start(
            RPCServer(routes, callers: ServiceCredentials.callers, logger: .silent))
    }
}
