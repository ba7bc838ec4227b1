import Domain
import ObjectStore
import Wire

/// A URL that needs no credentials.
struct SignedURL: Sendable, Hashable {
    let url: String
    /// Seconds since 1970.
    let expires: Int64

    init(_ url: String, _ presigner: Presigner) {
        self.url = url
        expires = presigner.expires
    }
}

/// Signs URLs that need no credentials: of the store itself where it has such, of Tarn where it has not.
struct Presigner: Sendable {
    private let store: any ObjectStore
    /// Nil where the store signs.
    private let own: Own?
    private let validSeconds: Int64
    /// Seconds since 1970.
    let expires: Int64

    private struct Own: Sendable {
        let key: PresigningKey
        /// Scheme and host, without a slash at the end.
        let base: String
    }

    /// - Throws: `APIError` 501 where there are no such URLs, 400 where it is not known how the client reaches Tarn; `RPCError` where auth does not answer.
    init(_ call: Call) async throws {
        guard call.services.settings.presigns else {
            throw APIError.notImplemented("presigned addresses are turned off")
        }
        store = call.services.store
        validSeconds = call.services.settings.presignedSeconds
        expires = call.services.now().seconds + validSeconds
        own =
            store.scheme == .local
            ? Own(key: try await call.services.presigning.current(call.context), base: try call.ownURL) : nil
    }

    /// Whether an object's bytes are in the store that there is.
    func reaches(_ entry: Entry, in namespace: StorageNamespace) -> Bool {
        Self.isReached(entry, in: namespace, by: store)
    }

    static func isReached(_ entry: Entry, in namespace: StorageNamespace, by store: any ObjectStore) -> Bool {
        (try? ObjectAddress(entry.address, in: namespace))?.scheme == store.scheme
    }

    /// A URL to read an object.
    ///
    /// - Throws: `APIError` 410 where its bytes are in another store.
    func get(_ entry: Entry, _ path: ObjectKey, in namespace: StorageNamespace) async throws -> String {
        let address = try ObjectAddress(entry.address, in: namespace)
        guard address.scheme == store.scheme else { throw Self.elsewhere }
        let shown: Set<String> = ["ETag", "Last-Modified", "Content-Type", "Content-Disposition"]
        return try await url(.get, .get, address, headers: { ObjectHeaders.make(entry, path: path) }, shown)
    }

    static let elsewhere = APIError(410, "the object's data is in a store that this installation does not have")

    /// A URL to write an object that is not there yet.
    func put(_ address: ObjectAddress) async throws -> String { try await url(.put, .put, address) }

    /// A URL to write one part of an upload.
    func put(part number: Int, of upload: UploadID, _ address: ObjectAddress) async throws -> String {
        try await url(.part(upload, number: number), .putPart(upload, number: number), address)
    }

    private func url(
        _ work: SignedRequest.Work, _ method: PresignedMethod, _ address: ObjectAddress,
        headers: () -> [(name: String, value: String)] = { [] }, _ signed: Set<String> = []
    ) async throws -> String {
        guard let own else {
            guard let url = try await store.presign(method, address, validSeconds: Int(validSeconds)) else {
                throw APIError.notImplemented("the object store has no presigned addresses")
            }
            return url
        }
        let request = SignedRequest(
            work: work, address: address, expires: expires, maxBytes: work == .get ? 0 : SignedRequest.maxPutBytes,
            headers: headers().filter { signed.contains($0.name) }.map {
                SignedRequest.Header(name: $0.name.lowercased(), value: $0.value)
            })
        return own.base + request.target(signedWith: own.key)
    }
}
