import Domain
import ObjectStore
import Wire

/// Stages an entry for bytes that somebody else wrote to the store.
struct ObjectLinking {
    /// Of an entity tag, in bytes.
    static let maxChecksumBytes = 256

    /// What the client says of the bytes.
    struct Claim {
        var physicalAddress: String?
        var checksum: String
        var size: Int64
        /// Seconds since 1970; now where it is left out.
        var modified: Int64?
        var contentType: String?
        var userMetadata: [String: String]?
        var force: Bool?
    }

    let call: Call

    /// The bytes are there and durable when this returns, of the size that was said; their checksum is the client's word.
    func link(_ claim: Claim, _ condition: WriteCondition = .none) async throws -> LocatedEntry {
        guard let text = claim.physicalAddress, !text.isEmpty else {
            throw APIError.badRequest("the physical address is missing")
        }
        let checksum = try Self.checksum(claim.checksum)
        guard claim.size >= 0 else { throw APIError.badRequest("size_bytes must be 0 or more") }
        let force = claim.force ?? false
        let (repository, branch, path) = (try call.repository, try call.branch(), try call.objectKey())
        let target = try await call.writeTarget(of: repository, branch, force: force)
        let address = try await NamedAddress(text, for: path, of: branch, in: target, call)
        let info: ObjectInfo
        do {
            info = try await call.services.store.settle(address.stored)
        } catch {
            guard error.code == .notFound else { throw error }
            throw APIError.badRequest("there is no object at the physical address")
        }
        guard info.size == claim.size else {
            throw APIError.badRequest("the object at the physical address has \(info.size) bytes, not \(claim.size)")
        }
        let entry = Entry(
            address: address.physical, size: info.size, checksum: checksum,
            modified: try claim.modified.map(Self.milliseconds) ?? call.services.now(),
            contentType: claim.contentType.flatMap { $0.isEmpty ? nil : $0 } ?? Entry.defaultContentType,
            userMetadata: claim.userMetadata ?? [:])
        return try await stage(entry, in: target, condition, force: force)
    }

    /// Stages an entry whose bytes are below the namespace of the repository it is staged in, and of no other of its name.
    func stage(
        _ entry: Entry, in target: WriteTarget, _ condition: WriteCondition = .none, force: Bool = false
    ) async throws -> LocatedEntry {
        _ = try await call.index(
            StageObject.self,
            .init(
                repository: call.repository, repositoryID: target.repositoryID, branch: call.branch(),
                path: call.objectKey(), entry: entry, condition: condition, force: force))
        return LocatedEntry(storageNamespace: target.storageNamespace, entry: entry)
    }

    /// Without the quotes and spaces around it.
    private static func checksum(_ text: String) throws(APIError) -> String {
        let trimmed = text.unicodeScalars.drop { $0 == "\"" || $0 == " " }
        var checksum = String(String.UnicodeScalarView(trimmed))
        while checksum.last == "\"" || checksum.last == " " { checksum.removeLast() }
        // It comes back in headers, between quotes.
        let isPlain = checksum.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
        guard !checksum.isEmpty, isPlain, checksum.utf8.count <= maxChecksumBytes else {
            throw .badRequest("the checksum must have 1 to \(maxChecksumBytes) printable characters")
        }
        return checksum
    }

    /// From 1970 to the end of the year 9999: what headers can say.
    private static func milliseconds(_ seconds: Int64) throws(APIError) -> Int64 {
        guard (0...253_402_300_799).contains(seconds) else { throw .badRequest("mtime is out of range") }
        return seconds * 1_000
    }
}
