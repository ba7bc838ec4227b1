import Domain
import NIOCore
import ObjectStore
import Wire

/// Answers the bytes of one object, or what would be answered.
struct ObjectDownload {
    let call: Call

    func get() async throws -> Answer {
        let (path, found) = try await find()
        let headers = ObjectHeaders.make(found.entry, path: path)
        if let tags = call.header("If-None-Match"), EntityTags.list(tags, contains: found.entry.checksum) {
            // What describes bytes stays away with them.
            return Answer(304, headers: headers.filter { $0.name != "Content-Type" })
        }
        let size = found.entry.size
        switch range(of: found.entry) {
        case .unsatisfiable: throw Self.unsatisfiable(size)
        case .whole: return Answer(200, headers: headers, content: try await open(found, nil))
        case .part(let part):
            return Answer(
                206, headers: headers + [Self.contentRange(part, size)],
                content: try await open(found, part.lowerBound..<(part.upperBound + 1)))
        }
    }

    /// Sends the client to where it gets the bytes without credentials.
    func redirect() async throws -> Answer {
        let (path, found) = try await find()
        let url = try await Presigner(call).get(found.entry, path, in: found.storageNamespace)
        return Answer(302, headers: [("Location", url), ("Cache-Control", "no-store, must-revalidate")])
    }

    func head() async throws -> Answer {
        let (path, found) = try await find()
        let headers = ObjectHeaders.make(found.entry, path: path)
        let size = found.entry.size
        switch range(of: found.entry) {
        case .unsatisfiable: throw Self.unsatisfiable(size)
        case .whole: return Answer(200, headers: headers, content: .head(length: size))
        case .part(let part):
            return Answer(
                206, headers: headers + [Self.contentRange(part, size)], content: .head(length: Int64(part.count)))
        }
    }

    private func find() async throws -> (ObjectKey, LocatedEntry) {
        let path = try call.objectKey()
        let found = try await call.index(
            GetObject.self, .init(repository: call.repository, reference: call.reference(), path: path))
        return (path, found)
    }

    /// A range is asked of the version that `If-Range` names; of any other, all is answered.
    private func range(of entry: Entry) -> ByteRange {
        if let condition = call.header("If-Range"),
            !EntityTags.condition(condition, isStrongly: entry.checksum)
        {
            return .whole
        }
        return ByteRange(call.header("Range"), size: entry.size)
    }

    private func open(_ found: LocatedEntry, _ range: Range<Int64>?) async throws -> Answer.Content {
        if found.entry.size == 0 { return .bytes(ByteBuffer()) }
        let address = try ObjectAddress(found.entry.address, in: found.storageNamespace)
        guard address.scheme == call.services.store.scheme else {
            throw APIError(410, "the object's data is in a store that this installation does not have")
        }
        return .object(try await call.services.store.get(address, range: range))
    }

    private static func contentRange(_ part: ClosedRange<Int64>, _ size: Int64) -> (name: String, value: String) {
        ("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound)/\(size)")
    }

    private static func unsatisfiable(_ size: Int64) -> APIError {
        APIError(416, "the requested range is not satisfiable", headers: ["Content-Range": "bytes */\(size)"])
    }
}
