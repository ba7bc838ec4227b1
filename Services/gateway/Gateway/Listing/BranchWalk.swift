import Domain
import Wire

/// The branches of a repository whose keys can lie behind a marker, in the order of their keys.
struct BranchWalk {
    /// How many branches are asked for at once.
    private static let pageRows = 1_000

    private let prefix: String
    private let list: (ListRange) async throws(S3Error) -> Listed<Branch>
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
    ///   - list: gives visible branches in the order of their names.
    init(
        prefix: String, marker: [UInt8], list: @escaping (ListRange) async throws(S3Error) -> Listed<Branch>
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
            if found.results.first?.name.string == name { ready += order.add(name) }
        }
        beginnings = []
        while ready.isEmpty {
            if isAtEnd { return nil }
            let page = try await list(ListRange(prefix: prefix, after: after, amount: Self.pageRows))
            var settled: [String] = []
            for branch in page.results { settled += order.add(branch.name.string) }
            if let last = page.results.last { after = last.name.string }
            if !page.hasMore || page.results.isEmpty {
                settled += order.finish()
                isAtEnd = true
            }
            ready = settled.reversed()
        }
        return ready.removeLast()
    }
}
