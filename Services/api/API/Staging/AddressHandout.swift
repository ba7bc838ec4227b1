import Domain
import ObjectStore
import Wire

/// Hands out an address for a client to write an object's bytes to.
///
/// Nothing is remembered: the address tells by its token what it was handed out for, and by its folder how old it is. Clean-up
/// looks at an hour's folder when it is 25 h old, an hour after the last of its addresses can be linked.
struct AddressHandout {
    let call: Call

    /// Where the branch's repository keeps its bytes, and a fresh address there.
    struct Fresh {
        let target: WriteTarget
        let stored: ObjectAddress
    }

    /// - Parameter force: whether read-only repositories take it too; the link says whether they are written.
    func fresh(force: Bool) async throws -> Fresh {
        let (repository, branch, path) = (try call.repository, try call.branch(), try call.objectKey())
        let target = try await call.writeTarget(of: repository, branch, force: force)
        let key = try await call.services.presigning.current(call.context)
        let now = call.services.now()
        let token = AddressToken(repositoryID: target.repositoryID, branch: branch, path: path)
        let place = token.sign(AddressMaker.make(at: now), with: key, now: now.seconds)
        return Fresh(target: target, stored: try ObjectAddress(target.storageNamespace, place))
    }

    func run() async throws -> Answer {
        let fresh = try await fresh(force: true)
        guard call.flag("presign") else {
            return .object { $0.member("physical_address", fresh.stored.uri) }
        }
        let presigner = try await Presigner(call)
        let url = try await presigner.put(fresh.stored)
        return .object { writer in
            writer.member("physical_address", fresh.stored.uri)
            writer.member("presigned_url", url)
            writer.member("presigned_url_expiry", presigner.expires)
        }
    }
}
