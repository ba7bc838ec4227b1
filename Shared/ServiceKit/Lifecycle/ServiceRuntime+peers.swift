package import Wire

extension ServiceRuntime {
    /// Makes the client of a peer, named by `TARN_INDEX` and so on; its calls are drained at shutdown.
    ///
    /// - Throws: `ConfigurationError`, where the peer's address or this service's credential or TLS is missing or malformed.
    package func client(of peer: ServiceName) throws(ConfigurationError) -> RPCClient {
        var configuration = RPCClientConfiguration(
            identity: try RPCConfiguration(service: service, from: environment), peer: peer,
            address: try RPCConfiguration.peer(peer, from: environment))
        configuration.tls = try TLSIdentity(rpcFrom: environment, logger: logger)
        let client = RPCClient(configuration, on: loops, logger: logger, metrics: metrics)
        onShutdown("calls of \(peer.rawValue)") { [drain] in await client.shutdown(drain: drain) }
        return client
    }
}
