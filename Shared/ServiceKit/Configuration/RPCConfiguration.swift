package import Wire

/// What a service needs to call its peers and to answer them. Prints without the credential.
package struct RPCConfiguration: Sendable {
    /// As whom this process calls.
    package let service: ServiceName
    package let credential: String

    package init(service: ServiceName, credential: String) {
        self.service = service
        self.credential = credential
    }

    /// `TARN_RPC_CREDENTIAL`, or the file that `TARN_RPC_CREDENTIAL_FILE` names.
    package init(service: ServiceName, from environment: Environment) throws(ConfigurationError) {
        let credential = try environment.requiredSecret("TARN_RPC_CREDENTIAL")
        guard credential.utf8.count >= 16, credential.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError("TARN_RPC_CREDENTIAL", "needs 16 printable characters or more")
        }
        self.init(service: service, credential: credential)
    }

    /// Where a peer is reached: `TARN_INDEX`, `TARN_AUTH` and so on.
    package static func peer(
        _ peer: ServiceName, from environment: Environment
    ) throws(ConfigurationError) -> ListenAddress {
        try environment.address("TARN_\(peer.rawValue.uppercased())")
    }

    /// `TARN_RPC_CALLERS`: who may call this service.
    package static func callers(from environment: Environment) throws(ConfigurationError) -> RPCCallers {
        let text = try environment.requiredSecret("TARN_RPC_CALLERS")
        do {
            return try RPCCallers(parsing: text)
        } catch {
            throw ConfigurationError("TARN_RPC_CALLERS", "is malformed: \(error)")
        }
    }
}

extension RPCConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "calls as \(service.rawValue)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [("service", service)]) }
}
