package import Domain

/// Where the bytes of objects are: one protocol over S3 and over a local directory.
///
/// Every address that is put is fresh, and an object never changes once put, so any call but `createUpload` may be repeated.
/// Calls end early when their task is cancelled (`ObjectStoreError.Code.cancelled`).
package protocol ObjectStore: Sendable {
    /// The scheme of the namespaces this store serves.
    var scheme: StorageNamespace.Scheme { get }

    /// Writes a new object. Its bytes are durable when this returns, and nothing is left at the address when it throws.
    func put(_ address: ObjectAddress, body: ObjectBody) async throws(ObjectStoreError) -> ObjectInfo

    /// Writes a new object where others may look meanwhile: it is there whole and durable or not at all, and replaces nothing.
    ///
    /// - Throws: `alreadyExists`; `unsupported` where clients write to the store themselves.
    func publish(_ address: ObjectAddress, body: ObjectBody) async throws(ObjectStoreError) -> ObjectInfo

    /// Opens an object for reading, whole or the bytes of `range`, whose end is clipped to the size.
    ///
    /// - Throws: `notFound`; `invalidRange` where the range is empty or begins at or behind the end.
    func get(_ address: ObjectAddress, range: Range<Int64>?) async throws(ObjectStoreError) -> ObjectContent

    /// - Throws: `notFound`.
    func head(_ address: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo

    /// Makes sure that an object which somebody else wrote is there and durable.
    ///
    /// - Throws: `notFound`.
    func settle(_ address: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo

    /// Removes an object. One that is not there is no error.
    func delete(_ address: ObjectAddress) async throws(ObjectStoreError)

    /// One page of the objects below a prefix, in the byte order of their keys.
    func list(_ request: ObjectListRequest) async throws(ObjectStoreError) -> ObjectPage

    /// Copies an object inside the store, without its bytes passing through this process where the store can do that.
    func copy(from source: ObjectAddress, to destination: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo

    /// Begins a multipart upload to a fresh address.
    func createUpload(_ address: ObjectAddress) async throws(ObjectStoreError) -> UploadID

    /// Writes one part, durable when this returns. A number may be written again; the receipt says which bytes are meant.
    ///
    /// - Parameter number: 1 to `UploadedPart.maxNumber`.
    /// - Throws: `uploadNotFound`; `invalidPart` for a number out of range.
    func putPart(
        _ upload: UploadID, of address: ObjectAddress, number: Int, body: ObjectBody
    ) async throws(ObjectStoreError) -> UploadedPart

    /// Writes one part from (a range of) another object of this store.
    func copyPart(
        _ upload: UploadID, of address: ObjectAddress, number: Int, from source: ObjectAddress, range: Range<Int64>?
    ) async throws(ObjectStoreError) -> UploadedPart

    /// The parts an upload has, by number; of one written again, each that can still be chosen.
    ///
    /// - Throws: `uploadNotFound`.
    func parts(of upload: UploadID, at address: ObjectAddress) async throws(ObjectStoreError) -> [UploadedPart]

    /// Makes one object of parts, in the order given. Repeating it after it succeeded (or may have) is a success again.
    ///
    /// - Throws: `uploadNotFound`; `invalidPart` where a receipt is not one of the upload's, or numbers do not ascend.
    func completeUpload(
        _ upload: UploadID, of address: ObjectAddress, parts: [UploadedPart]
    ) async throws(ObjectStoreError) -> ObjectInfo

    /// Drops an upload and its parts. One that is not there is no error.
    func abortUpload(_ upload: UploadID, of address: ObjectAddress) async throws(ObjectStoreError)

    /// The uploads begun below a namespace and neither completed nor aborted, for clean-up.
    func uploads(in namespace: StorageNamespace) async throws(ObjectStoreError) -> [PendingUpload]

    /// Removes what crashed writers left behind and no listing shows, if older than `seconds`. Returns how many files went.
    func removeLeftovers(in namespace: StorageNamespace, olderThan seconds: Int64) async throws(ObjectStoreError) -> Int

    /// A URL with which anybody may do one thing to one object for a while; `nil` where the store has no such URLs.
    func presign(
        _ method: PresignedMethod, _ address: ObjectAddress, validSeconds: Int
    ) async throws(ObjectStoreError) -> String?

    /// Whether the store answers at all.
    ///
    /// - Throws: `unavailable`, `timedOut` or `denied`.
    func checkHealth() async throws(ObjectStoreError)

    /// Ends what runs in the background. Calls in flight fail.
    func shutDown() async
}

/// What a presigned URL permits.
package enum PresignedMethod: Sendable, Hashable {
    case get
    case put
    case putPart(UploadID, number: Int)
}
