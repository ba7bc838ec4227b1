import JSONCodec

/// Answer of `FindNamespaces`.
package struct FoundNamespaces: CodableMessage {
    /// As repositories were given them, without a slash at the end; the outermost first.
    package var namespaces: [String]

    package init(namespaces: [String]) {
        self.namespaces = namespaces
    }
}

/// The namespaces of repositories, those deleted too, that an address lies in.
package enum FindNamespaces: RPCMethod {
    package typealias Response = FoundNamespaces

    package static let name = "index.findNamespaces"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        /// A URI such as `s3://bucket/key`, at most 2 KiB.
        package var address: String

        package init(address: String) {
            self.address = address
        }
    }
}
