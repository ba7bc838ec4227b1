package import Wire

extension ServiceRuntime {
    /// Makes the client of a peer, named by `TARN_INDEX` and so on; its calls are drained at shutdown.
    ///
    /// - Throws: `ConfigurationError`, where the peer's address or this service's credential is missing or malformed.
    package func client(of peer: ServiceName) throws(ConfigurationError) -> RPCClient {
        let client = RPCClient(
            RPCClientConfiguration(
                identity: try RPCConfiguration(service: service, from: environment), peer: peer,
                address: try RPCConfiguration.peer(peer, from: environment)),
            on: loops, logger: logger, metrics: metrics)
        onShutdown("calls of \(peer.rawValue)") { [drain] in await client.shutdown(drain: drain) }
        return client
    }
}
