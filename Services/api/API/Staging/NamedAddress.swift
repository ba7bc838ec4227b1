import Domain
import ObjectStore
import Policy
import Wire

/// An address that a client names for an object's bytes, once it was found that they may be taken from there.
///
/// Inside the repository's `data/` only what was handed out for this very branch and path is taken, inside another
/// repository's namespace or among Tarn's own files nothing, and elsewhere what the caller may import.
struct NamedAddress: Sendable {
    /// As the entry keeps it.
    let physical: PhysicalAddress
    let stored: ObjectAddress

    /// Folders below a namespace that hold what Tarn writes for itself: dumps, and lists of addresses.
    private static let ownFolders = ["_tarn", SymlinkFiles.folder]
    private static let maxBytes = StorageNamespace.maxBytes + ObjectAddress.maxKeyBytes

    /// - Parameter text: as the client wrote it.
    /// - Throws: `APIError` 400, or 401 where the caller may not import; `RPCError`.
    init(_ text: String, for path: ObjectKey, of branch: BranchName, in target: WriteTarget, _ call: Call) async throws
    {
        stored = try Self.parse(text, call.services.store)
        guard let below = Self.path(text, below: target.storageNamespace) else {
            physical = .full(text)
            try await Self.checkElsewhere(text, target, call)
            return
        }
        physical = .relative(below)
        let folder = below.utf8.prefix { $0 != UInt8(ascii: "/") }
        if folder.elementsEqual(AddressMaker.folder.utf8) {
            let token = AddressToken(repositoryID: target.repositoryID, branch: branch, path: path)
            try await Self.checkToken(below, token, call)
            return
        }
        guard !Self.ownFolders.contains(where: { folder.elementsEqual($0.utf8) }) else { throw Self.taken }
        try await Self.checkElsewhere(text, target, call)
    }

    private static let taken = APIError.badRequest(
        "the physical address is inside another repository or among Tarn's own files")

    private static func parse(_ text: String, _ store: any ObjectStore) throws(APIError) -> ObjectAddress {
        let address: ObjectAddress
        do throws(ObjectStoreError) {
            guard text.utf8.count <= maxBytes else {
                throw ObjectStoreError(.invalidAddress, "an address has at most \(maxBytes) bytes")
            }
            address = try ObjectAddress(uri: text)
        } catch {
            throw .badRequest("physical address: \(error.message)")
        }
        guard address.scheme == store.scheme else {
            throw .badRequest("the physical address must begin with \(store.scheme.rawValue)://")
        }
        // Some stores take these for another spelling of an address that is not free to take.
        let isPlain = address.key.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
        let elements = address.key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard isPlain,
            !elements.contains(where: { $0.isEmpty || $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) })
        else {
            throw .badRequest(
                "the physical address has an empty, '.' or '..' element, a control character or a backslash")
        }
        return address
    }

    /// What is behind a namespace in an address inside it, compared byte by byte.
    private static func path(_ address: String, below namespace: StorageNamespace) -> String? {
        let prefix = namespace.string.utf8
        let bytes = address.utf8
        guard bytes.starts(with: prefix) else { return nil }
        let rest = bytes.dropFirst(prefix.count)
        return rest.first == UInt8(ascii: "/") ? String(Substring(rest.dropFirst())) : nil
    }

    private static func checkToken(_ address: String, _ token: AddressToken, _ call: Call) async throws {
        let wrong = APIError.badRequest(
            "the physical address was not handed out for this repository, branch and path")
        let now = call.services.now().seconds
        guard let claim = AddressToken.Claim(address),
            let key = try await call.services.presigning.key(claim.keyNumber, now: now, call.context)
        else { throw wrong }
        switch token.verify(claim, with: key, now: now) {
        case .valid: return
        case .expired: throw APIError.badRequest("the physical address has expired")
        case .wrong: throw wrong
        }
    }

    /// Outside of `data/` nothing may be taken but what the innermost namespace, if any, owns as the repository does.
    private static func checkElsewhere(_ text: String, _ target: WriteTarget, _ call: Call) async throws {
        let found = try await call.index(FindNamespaces.self, .init(address: text)).namespaces
        if let innermost = found.last, !innermost.utf8.elementsEqual(target.storageNamespace.string.utf8) {
            throw taken
        }
        try call.require(.importFromStorage, on: .stored(text))
    }
}
