import Domain
import Wire

extension GatewayHandler {
    func listObjects(_ exchange: S3Exchange, isVersionTwo: Bool) async throws(S3Error) {
        try await list(try ListingRequest(exchange.query, isVersionTwo: isVersionTwo), exchange)
    }

    func listObjectVersions(_ exchange: S3Exchange) async throws(S3Error) {
        try await list(try ListingRequest(versions: exchange.query), exchange)
    }

    private func list(_ request: ListingRequest, _ exchange: S3Exchange) async throws(S3Error) {
        let repository = try exchange.repository()
        try authorize(exchange, exchange.operation.permission(repository, listing: request.prefix))
        let page: ListingPage
        if request.rows == 0 {
            _ = try await call(GetRepository.self, GetRepository.Request(name: repository), exchange)
            page = ListingPage()
        } else if request.prefix.utf8.contains(UInt8(ascii: "/")) {
            page = try await self.page(request, below: VersionedPath(request.prefix.utf8), repository, exchange)
        } else {
            page = try await self.page(request, of: repository, exchange)
        }
        exchange.send(xml: ListingAnswer.document(request, bucket: exchange.bucket, page))
    }

    /// A page of the keys of one reference.
    private func page(
        _ request: ListingRequest, below versioned: VersionedPath, _ repository: RepositoryName,
        _ exchange: S3Exchange
    ) async throws(S3Error) -> ListingPage {
        let head = Array("\(versioned.reference)/".utf8)
        let after = KeyBytes.after(request.after, below: head)
        guard let after, let reference = try? RefExpression(versioned.reference) else {
            _ = try await call(GetRepository.self, GetRepository.Request(name: repository), exchange)
            return ListingPage()
        }
        let range = ListRange(
            prefix: String(decoding: versioned.path ?? [], as: UTF8.self),
            after: String(decoding: after, as: UTF8.self),
            amount: request.rows)
        guard let listing = try await rows(range, request.delimiter, reference, repository, exchange) else {
            return ListingPage()
        }
        var page = ListingPage(groups: [ListingGroup(head: head, rows: listing.rows)])
        if listing.hasMore, let last = listing.rows.indices.last { page.next = head + listing.rows.path(last) }
        return page
    }

    /// A page of the keys of all branches and tags: with a slash as delimiter, those themselves.
    private func page(
        _ request: ListingRequest, of repository: RepositoryName, _ exchange: S3Exchange
    ) async throws(S3Error) -> ListingPage {
        let delimiter = Array(request.delimiter.utf8)
        var gathering = Gathering(request: request)
        var walk = references(request.prefix, behind: request.after, repository, exchange)
        var lookedInto = 0
        while let name = try await walk.next() {
            // A tag that is called like an expression cannot be named in a key.
            guard let reference = try? RefExpression(name), reference.isPlainName else { continue }
            let head = Array("\(name)/".utf8)
            if let end = KeyBytes.end(of: delimiter, in: head, from: request.prefix.utf8.count) {
                let folder = Array(head[..<end])
                if request.begins(in: folder),
                    try await !hasKeys(of: reference, behind: request.after, repository, exchange)
                {
                    continue
                }
                guard gathering.add(commonPrefix: folder) else { return gathering.truncated() }
                continue
            }
            if lookedInto == limits.maxReferencesPerPage { return gathering.truncated() }
            lookedInto += 1
            guard let after = KeyBytes.after(request.after, below: head) else { continue }
            let range = ListRange(after: String(decoding: after, as: UTF8.self), amount: max(1, gathering.room))
            let listing = try await rows(range, request.delimiter, reference, repository, exchange)
            if let listing, !listing.rows.isEmpty {
                guard gathering.room > 0 else { return gathering.truncated() }
                let tail = KeyBytes.tail(of: delimiter, begunIn: head, from: request.prefix.utf8.count)
                gathering.add(listing.rows, below: head, folding: tail)
                if listing.hasMore { return gathering.truncated() }
            }
            gathering.pass(name)
        }
        return gathering.page
    }

    /// The rows of a page that runs over several references.
    private struct Gathering {
        let request: ListingRequest
        private(set) var page = ListingPage()
        private var count = 0
        /// The last row, or behind it.
        private var position: [UInt8] = []

        init(request: ListingRequest) { self.request = request }

        var room: Int { request.rows - count }

        /// False where there is no room for it.
        mutating func add(commonPrefix: [UInt8]) -> Bool {
            // References may share one, and the last page may have ended with it.
            guard commonPrefix != position,
                request.after.lexicographicallyPrecedes(commonPrefix) || request.begins(in: commonPrefix)
            else { return true }
            guard room > 0 else { return false }
            add(ListingGroup(rows: ListRows([ListRow(path: commonPrefix, entry: nil)])))
            return true
        }

        mutating func add(_ group: ListingGroup) {
            page.groups.append(group)
            count += group.rows.count
            if let last = group.rows.indices.last { position = group.head + group.rows.path(last) }
        }

        /// Adds rows of a reference; those whose paths begin with `tail`, if there is one, as the common prefix they lie under.
        mutating func add(_ rows: ListRows, below head: [UInt8], folding tail: [UInt8]?) {
            guard let tail else { return add(ListingGroup(head: head, rows: rows)) }
            let isFolded: (ListRow) -> Bool = { $0.path.starts(with: tail) }
            let first = rows.firstIndex(where: isFolded) ?? rows.endIndex
            let end = rows[first...].firstIndex { !isFolded($0) } ?? rows.endIndex
            add(ListingGroup(head: head, rows: ListRows(rows[..<first])))
            if first < end {
                // A page that begins behind a key of it has it behind itself.
                if !request.after.starts(with: head + tail) || request.begins(in: head + tail) {
                    _ = add(commonPrefix: head + tail)
                }
                position = head + rows.path(end - 1)
            }
            add(ListingGroup(head: head, rows: ListRows(rows[end...])))
        }

        /// Notes that all keys of a reference were seen.
        mutating func pass(_ reference: String) {
            // `0` comes next after the slash.
            position = Array("\(reference)0".utf8)
        }

        /// The page, to be continued behind what was seen; it may lack rows.
        func truncated() -> ListingPage {
            var page = page
            page.next = position
            return page
        }
    }

    /// Whether a reference has keys behind this one, which may lie before, in or behind it.
    private func hasKeys(
        of reference: RefExpression, behind key: [UInt8], _ repository: RepositoryName, _ exchange: S3Exchange
    ) async throws(S3Error) -> Bool {
        guard let after = KeyBytes.after(key, below: Array("\(reference.string)/".utf8)) else { return false }
        if after.isEmpty { return true }
        let range = ListRange(after: String(decoding: after, as: UTF8.self), amount: 1)
        return try await rows(range, "", reference, repository, exchange)?.rows.isEmpty == false
    }

    private func rows(
        _ range: ListRange, _ delimiter: String, _ reference: RefExpression, _ repository: RepositoryName,
        _ exchange: S3Exchange
    ) async throws(S3Error) -> ObjectListing? {
        let request = ListObjects.Request(
            repository: repository, reference: reference, range: range, delimiter: delimiter,
            withAddresses: false)
        do throws(RPCError) {
            return try await index.call(ListObjects.self, request, exchange.context(limits.callTimeout))
        } catch {
            // To S3, a reference that does not exist is a prefix that no key has.
            if error.code == .notFound, error.subject != "repository" { return nil }
            throw S3Error(error)
        }
    }

    func branches(
        _ prefix: String, behind marker: [UInt8], _ repository: RepositoryName, _ exchange: S3Exchange
    ) -> ReferenceWalk {
        ReferenceWalk(prefix: prefix, marker: marker) { range throws(S3Error) in
            ReferenceWalk.Page(
                try await call(
                    ListBranches.self, ListBranches.Request(repository: repository, range: range), exchange))
        }
    }

    /// Branches and tags.
    private func references(
        _ prefix: String, behind marker: [UInt8], _ repository: RepositoryName, _ exchange: S3Exchange
    ) -> ReferenceWalk {
        ReferenceWalk(prefix: prefix, marker: marker) { range throws(S3Error) in
            ReferenceWalk.Page(
                try await call(
                    ListBranches.self, ListBranches.Request(repository: repository, range: range), exchange),
                try await call(ListTags.self, ListTags.Request(repository: repository, range: range), exchange))
        }
    }
}
