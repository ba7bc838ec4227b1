import Domain
import Wire

/// The branches of a repository, or its branches and tags, whose keys can lie behind a marker, in the order of their keys.
struct ReferenceWalk {
    /// Names in their order.
    struct Page {
        var names: [String]
        var hasMore: Bool
    }

    /// How many names are asked for at once.
    private static let pageRows = 1_000

    private let prefix: String
    private let list: (ListRange) async throws(S3Error) -> Page
    private var order = RefOrder()
    /// Names whose turn has come, the next one last.
    private var ready: [String] = []
    private var after: String
    /// Names to look for one by one before the list is walked.
    private var beginnings: [String]
    private var isAtEnd = false

    /// - Parameters:
    ///   - prefix: what the names begin with; holds no slash.
    ///   - marker: a key or any beginning of one; empty to begin.
    ///   - list: gives names of what is visible, in their order.
    init(
        prefix: String, marker: [UInt8], list: @escaping (ListRange) async throws(S3Error) -> Page
    ) {
        self.prefix = prefix
        self.list = list
        let name = marker.prefix { $0 != UInt8(ascii: "/") }
        beginnings = RefOrder.beginnings(of: marker)
        if !name.isEmpty { beginnings.append(String(decoding: name, as: UTF8.self)) }
        beginnings.removeAll { !$0.hasPrefix(prefix) }
        // Behind the slash, so that names that only go on with a byte before it are not walked again.
        after = String(decoding: name, as: UTF8.self) + (name.count < marker.count ? "/" : "")
    }

    mutating func next() async throws(S3Error) -> String? {
        for name in beginnings {
            let found = try await list(ListRange(prefix: name, amount: 1))
            if found.names.first == name { ready += order.add(name) }
        }
        beginnings = []
        while ready.isEmpty {
            if isAtEnd { return nil }
            let page = try await list(ListRange(prefix: prefix, after: after, amount: Self.pageRows))
            var settled: [String] = []
            for name in page.names { settled += order.add(name) }
            if let last = page.names.last { after = last }
            if !page.hasMore || page.names.isEmpty {
                settled += order.finish()
                isAtEnd = true
            }
            ready = settled.reversed()
        }
        return ready.removeLast()
    }
}

extension ReferenceWalk.Page {
    init(_ branches: Listed<Branch>) {
        self.init(names: branches.results.map(\.name.string), hasMore: branches.hasMore)
    }

    /// Branches and tags, as far as both are known: where one of the pages goes on, nothing behind its last name.
    init(_ branches: Listed<Branch>, _ tags: Listed<Tag>) {
        let pages = [
            Self(branches), Self(names: tags.results.map(\.name.string), hasMore: tags.hasMore),
        ]
        let ends = pages.filter(\.hasMore).compactMap(\.names.last)
        let end = ends.min { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        names = pages.flatMap(\.names).filter { name in
            end.map { !$0.utf8.lexicographicallyPrecedes(name.utf8) } ?? true
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        hasMore = !ends.isEmpty
    }
}
