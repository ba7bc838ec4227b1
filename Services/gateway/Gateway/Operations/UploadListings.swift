import Domain
import Wire

extension GatewayHandler {
    func listMultipartUploads(_ exchange: S3Exchange) async throws(S3Error) {
        let repository = try exchange.repository()
        let request = try UploadsRequest(exchange.query)
        try authorize(exchange, exchange.operation.permission(repository, listing: request.prefix))
        var page = UploadsPage()
        _ = try await call(GetRepository.self, GetRepository.Request(name: repository), exchange)
        if request.maxUploads > 0 {
            let versioned = VersionedPath(request.prefix.utf8)
            if let path = versioned.path {
                if let branch = try? BranchName(versioned.reference) {
                    try await add(branch, path, request, to: &page, repository, exchange)
                }
            } else {
                var walk = branches(request.prefix, behind: Array(request.keyMarker.utf8), repository, exchange)
                while page.next == nil, let name = try await walk.next() {
                    guard let branch = try? BranchName(name) else { continue }
                    try await add(branch, [], request, to: &page, repository, exchange)
                }
            }
        }
        exchange.send(xml: page.document(request, bucket: exchange.bucket))
    }

    /// Adds the uploads of a branch, until the page is full.
    private func add(
        _ branch: BranchName, _ prefix: [UInt8], _ request: UploadsRequest, to page: inout UploadsPage,
        _ repository: RepositoryName, _ exchange: S3Exchange
    ) async throws(S3Error) {
        let head = Array("\(branch.string)/".utf8)
        let marker = Array(request.keyMarker.utf8)
        guard let after = KeyBytes.after(marker, below: head) else { return }
        // Without an upload's id, index goes on behind all uploads of the path, as S3 does.
        var position = Position(path: String(decoding: after, as: UTF8.self), id: request.uploadIDMarker)
        while true {
            let listed = try await call(
                ListUploads.self,
                ListUploads.Request(
                    repository: repository, branch: branch, prefix: String(decoding: prefix, as: UTF8.self),
                    afterPath: position.path, afterID: position.id, amount: 1_000),
                exchange)
            for upload in listed.results {
                let key = head + upload.path.bytes
                guard page.add(key, upload, request) else { return }
            }
            guard listed.hasMore, let last = listed.results.last else { return }
            position = Position(path: last.path.string, id: last.id)
        }
    }

    private struct Position {
        var path: String
        var id: String
    }
}

extension UploadsPage {
    /// Adds an upload or the common prefix it lies under; false where the page is full.
    mutating func add(_ key: [UInt8], _ upload: Upload, _ request: UploadsRequest) -> Bool {
        let end = KeyBytes.end(of: Array(request.delimiter.utf8), in: key, from: request.prefix.utf8.count)
        let commonPrefix = end.map { Array(key[..<$0]) }
        if let commonPrefix {
            let marker = Array(request.keyMarker.utf8)
            if commonPrefixes.last == commonPrefix || marker.starts(with: commonPrefix) { return true }
        }
        guard rows.count + commonPrefixes.count < request.maxUploads else {
            next = last
            return false
        }
        if let commonPrefix {
            commonPrefixes.append(commonPrefix)
            last = Position(key: commonPrefix, uploadID: "")
        } else {
            rows.append(Row(key: key, upload: upload))
            last = Position(key: key, uploadID: upload.id)
        }
        return true
    }
}
