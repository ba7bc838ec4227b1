package import Domain
import JSONCodec

/// How much is below a prefix.
package struct PrefixSummary: Codable, Hashable, Sendable {
    package var prefix: String
    package var objects: Int64
    /// The sum of the objects' sizes in bytes; stays at the greatest number if there is more.
    package var bytes: Int64

    package init(prefix: String, objects: Int64, bytes: Int64) {
        self.prefix = prefix
        self.objects = objects
        self.bytes = bytes
    }
}

/// Answer of `SummarizeObjects`: in the order asked for.
package struct PrefixSummaries: CodableMessage {
    package var results: [PrefixSummary]

    package init(results: [PrefixSummary]) {
        self.results = results
    }
}

/// Counts the objects of a reference below prefixes without going over them, but for what is staged and not folded yet.
/// Errors: `notFound` (repository, reference), `invalidArgument`.
package enum SummarizeObjects: RPCMethod {
    package typealias Response = PrefixSummaries

    package static let name = "index.summarizeObjects"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var reference: RefExpression
        /// 1 to 100; an empty one for everything.
        package var prefixes: [String]

        package init(repository: RepositoryName, reference: RefExpression, prefixes: [String] = [""]) {
            self.repository = repository
            self.reference = reference
            self.prefixes = prefixes
        }
    }
}
