import Domain
import ObjectStore
import Policy
import Wire

/// Copies an object within its repository to a branch: bytes of its own, everything else but the time the same.
struct ObjectCopy {
    let call: Call

    func run() async throws -> Answer {
        let body = try call.body(CopyBody.self)
        if body.shallow == true { throw APIError.notImplemented("shallow copies are not supported") }
        let repository = try call.repository
        if let source = try? ObjectKey(body.srcPath) {
            try call.require(.readObject, on: .object(repository, source))
        }
        let branch = try call.branch()
        let path = try call.objectKey("dest_path")
        let reference = try body.srcRef.flatMap { $0.isEmpty ? nil : $0 }.map(RefExpression.init)
        let source = try await call.index(
            GetObject.self,
            .init(
                repository: repository, reference: reference ?? RefExpression(branch: branch),
                path: ObjectKey(body.srcPath)))
        let target = try await call.writeTarget(of: repository, branch, force: body.force ?? false)

        let now = call.services.now()
        var entry = source.entry
        entry.address = .relative(AddressMaker.make(at: now))
        entry.modified = now
        _ = try await call.services.store.copy(
            from: ObjectAddress(source.entry.address, in: source.storageNamespace),
            to: ObjectAddress(entry.address, in: target.storageNamespace))
        let staging = ObjectStaging(
            call: call, repository: repository, branch: branch, path: path, condition: .none,
            force: body.force ?? false, begun: now)
        return .stats(201, path, try await staging.stage(entry, writtenTo: target))
    }
}

private struct CopyBody: Decodable {
    var srcPath: String
    var srcRef: String?
    var force: Bool?
    var shallow: Bool?
}
