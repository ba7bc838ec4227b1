import Domain
import NIOCore
import ObjectStore
import Wire

/// Writes lists of addresses for Hive's symlink input format: for each folder of a branch a file `symlink.txt` with the addresses
/// of the objects directly in it, a line each, at `symlinks/<repository>/<branch>/<folder>/` below the namespace.
///
/// What is staged counts. Files of an earlier call are replaced one by one; a folder that is gone keeps its own.
struct SymlinkFiles {
    static let folder = "symlinks"
    /// Of the addresses of one folder and of those it lies in.
    static let maxBytes = 64 << 20

    let call: Call

    /// A folder that the listing is in.
    private struct Open {
        /// With its slash; empty for the top.
        let path: [UInt8]
        var addresses = ByteBuffer()
    }

    func run() async throws -> Answer {
        let (name, branch) = (try call.repository, try call.branch())
        _ = try await call.index(GetBranch.self, .init(repository: name, branch: branch))
        let namespace = try await call.index(GetRepository.self, .init(name: name)).storageNamespace
        var open = [Open(path: [])]
        var after = ""
        while true {
            let page = try await call.index(
                ListObjects.self,
                .init(
                    repository: name, reference: RefExpression(branch: branch),
                    range: ListRange(prefix: call.text("location"), after: after, amount: 1_000)))
            for row in page.rows {
                guard let entry = row.entry else { continue }
                try await enter(row.path.prefix(through: "/"), &open, namespace, name, branch)
                open[open.count - 1].addresses.writeString(entry.address.uri(in: namespace) + "\n")
            }
            guard open.reduce(0, { $0 + $1.addresses.readableBytes }) <= Self.maxBytes else {
                throw APIError.badRequest("the addresses of one folder are more than \(Self.maxBytes) bytes")
            }
            guard page.hasMore, let last = page.rows.last else { break }
            after = String(decoding: last.path, as: UTF8.self)
        }
        while let left = open.popLast() { try await write(left, namespace, name, branch) }
        return .object(201) { $0.member("location", "\(namespace)/\(Self.folder)") }
    }

    /// Leaves the folders that `path` is not in: no more of theirs will come, for paths are in order of their bytes.
    private func enter(
        _ path: ArraySlice<UInt8>, _ open: inout [Open], _ namespace: StorageNamespace, _ name: RepositoryName,
        _ branch: BranchName
    ) async throws {
        while let last = open.last, !path.starts(with: last.path) {
            open.removeLast()
            try await write(last, namespace, name, branch)
        }
        if open.last?.path.count != path.count { open.append(Open(path: Array(path))) }
    }

    private func write(
        _ folder: Open, _ namespace: StorageNamespace, _ name: RepositoryName, _ branch: BranchName
    ) async throws {
        guard folder.addresses.readableBytes > 0 else { return }
        let path = "\(Self.folder)/\(name)/\(branch)/\(String(decoding: folder.path, as: UTF8.self))symlink.txt"
        let address = try ObjectAddress(namespace, path)
        let body = folder.addresses.getSlice(at: 0, length: folder.addresses.readableBytes - 1) ?? ByteBuffer()
        do {
            _ = try await call.services.store.put(address, body: ObjectBody(body))
        } catch {
            guard error.code == .alreadyExists else { throw error }
            try await call.services.store.delete(address)
            _ = try await call.services.store.put(address, body: ObjectBody(body))
        }
    }
}

extension [UInt8] {
    /// Up to and including the last `byte`; empty where there is none.
    fileprivate func prefix(through byte: Unicode.Scalar) -> ArraySlice<UInt8> {
        guard let place = lastIndex(of: UInt8(ascii: byte)) else { return [] }
        return self[...place]
    }
}
