import Cryptography
import Domain
import NIOCore
import ObjectStore
import Wire

/// Writes the bytes of one object and stages its entry; the client hears success when both are durable.
struct ObjectUpload {
    /// The greatest object that S3 knows, in bytes.
    static let maxBytes: Int64 = 5 * 1024 * 1024 * 1024 * 1024
    /// A body announced as longer than this, in bytes, is read only when the branch is known to take it.
    static let maxUncheckedBytes: Int64 = 64 * 1024

    let call: Call
    let repository: RepositoryName
    let branch: BranchName
    let path: ObjectKey
    let contentType: String
    let userMetadata: [String: String]
    let condition: WriteCondition
    let force: Bool

    /// - Parameter length: in bytes, if known.
    /// - Returns: the entry and the namespace its address is below.
    func run(length: Int64?, next: @escaping () async throws -> ByteBuffer?) async throws -> LocatedEntry {
        if let length, length > Self.maxBytes { throw Self.tooLarge }
        let target = try await target(length: length)
        let now = call.services.now()
        let relative = AddressMaker.make(at: now)
        let address = try ObjectAddress(target.storageNamespace, relative)

        var hash = MD5()
        var size: Int64 = 0
        let body = ObjectBody(length: length) {
            guard let piece = try await next() else { return nil }
            size += Int64(piece.readableBytes)
            guard size <= Self.maxBytes else { throw Self.tooLarge }
            piece.withUnsafeReadableBytes { hash.update($0) }
            return piece
        }
        _ = try await call.services.store.put(address, body: body)
        let entry = Entry(
            address: .relative(relative), size: size, checksum: hash.finalize().hex, modified: call.services.now(),
            contentType: contentType, userMetadata: userMetadata)
        return try await ObjectStaging(
            call: call, repository: repository, branch: branch, path: path, condition: condition, force: force,
            begun: now
        ).stage(entry, writtenTo: target)
    }

    private static let tooLarge = APIError(413, "an object has at most \(maxBytes) bytes")

    private func target(length: Int64?) async throws(RPCError) -> WriteTarget {
        if let length, length <= Self.maxUncheckedBytes,
            let known = call.services.writeTargets.target(of: repository)
        {
            return known
        }
        return try await call.writeTarget(of: repository, branch, force: force)
    }
}

extension Call {
    /// Asks whether a branch may be written to, and remembers where its repository's bytes go.
    func writeTarget(
        of repository: RepositoryName, _ branch: BranchName, force: Bool
    ) async throws(RPCError) -> WriteTarget {
        let target = try await index(
            GetWriteTarget.self, .init(repository: repository, branch: branch, force: force))
        services.writeTargets.keep(target, of: repository)
        return target
    }
}
