import Domain
import NIOCore
import NIOHTTP1
import ObjectStore
import Signatures
import Wire

extension GatewayHandler {
    /// Whether a client puts nothing at `<branch>/`, as Arrow does to make sure that a folder is there.
    static func isBranchFolder(_ exchange: S3Exchange) throws(S3Error) -> Bool {
        // Of all keys few end in a slash.
        guard exchange.key.last == UInt8(ascii: "/") else { return false }
        guard VersionedPath(exchange.key).path?.isEmpty == true else { return false }
        return try UploadSize.announced(exchange.fields) == 0
    }

    /// PutObject of such a folder: the branch is one already, so that nothing is written, and who may see the repository may do it.
    ///
    /// - Throws: `NoSuchBucket` where there is no such branch, `MethodNotAllowed` for another reference.
    func putBranchFolder(_ exchange: S3Exchange) async throws(S3Error) {
        let reference = VersionedPath(exchange.key).reference
        let repository = try exchange.repository()
        try authorize(exchange, S3Operation.headBucket.permission(repository))
        let claim = try ContentClaim(exchange.fields, exchange.head)
        guard let branch = try? BranchName(reference) else {
            throw await explainMissingBranch(reference, repository, exchange)
        }
        _ = try await writeTarget(repository, branch, isChecked: true, exchange)
        let (content, _) = try await receive(exchange, length: 0, claim) { _ throws(ObjectStoreError) in () }
        exchange.send(.ok, ["ETag": "\"\(content.etag)\""], ByteBuffer())
    }
}
