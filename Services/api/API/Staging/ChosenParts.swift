import Cryptography
import Domain
import ObjectStore

/// The parts that a client completes an upload with, by the entity tags it got for them.
struct ChosenParts {
    private struct Part {
        let number: Int
        /// The store's own name of the bytes.
        let receipt: String
        /// Of parts that Tarn wrote.
        let content: MD5Digest?
    }

    /// An object made of parts.
    struct Joined {
        /// In bytes.
        let size: Int64
        let checksum: String
        /// Whether an earlier call made it.
        var isRepeated = false
    }

    private let store: any ObjectStore
    private let parts: [Part]

    /// - Parameter given: numbers and entity tags, in any order.
    /// - Throws: `APIError` 400 for none, a number out of range or twice, or a tag that none has.
    init(_ given: [(number: Int, tag: String)], _ store: any ObjectStore) throws(APIError) {
        guard !given.isEmpty else { throw .badRequest("an upload is completed with at least one part") }
        self.store = store
        var parts: [Part] = []
        for (number, tag) in given.sorted(by: { $0.number < $1.number }) {
            guard (1...UploadedPart.maxNumber).contains(number), number != parts.last?.number else {
                throw .badRequest("the numbers of parts are 1 to \(UploadedPart.maxNumber), each once")
            }
            let tag = tag.filter { $0 != "\"" && $0 != " " }
            if store.scheme != .local {
                parts.append(Part(number: number, receipt: tag, content: nil))
            } else if let own = PartTag(tag) {
                parts.append(Part(number: number, receipt: own.receipt, content: own.content))
            } else {
                throw Self.unknown(number)
            }
        }
        self.parts = parts
    }

    private static func unknown(_ number: Int) -> APIError {
        .badRequest("the upload has no part \(number) of this entity tag")
    }

    /// Makes the object, or finds that it was made before.
    ///
    /// - Throws: `APIError` 400 for a part that is not there, 404 for an upload that is not.
    func join(_ upload: UploadID, at address: ObjectAddress) async throws -> Joined {
        let there: [UploadedPart]
        do {
            there = try await store.parts(of: upload, at: address)
        } catch {
            guard error.code == .uploadNotFound else { throw error }
            return try await joinedBefore(address)
        }
        var known: [Int: [UploadedPart]] = [:]
        for part in there { known[part.number, default: []].append(part) }
        var chosen: [UploadedPart] = []
        for part in parts {
            guard let found = known[part.number]?.first(where: { $0.receipt == part.receipt }) else {
                throw Self.unknown(part.number)
            }
            chosen.append(found)
        }
        do {
            let info = try await store.completeUpload(upload, of: address, parts: chosen)
            return Joined(size: chosen.reduce(0) { $0 + $1.size }, checksum: checksum(info))
        } catch {
            switch error.code {
            case .uploadNotFound: return try await joinedBefore(address)
            case .invalidPart: throw APIError.badRequest(error.message)
            default: throw error
            }
        }
    }

    /// Nothing but the completion of this upload can have put an object at its address.
    private func joinedBefore(_ address: ObjectAddress) async throws -> Joined {
        do {
            let info = try await store.head(address)
            return Joined(size: info.size, checksum: checksum(info), isRepeated: true)
        } catch {
            throw error.code == .notFound ? PartUpload.gone : error
        }
    }

    private func checksum(_ info: ObjectInfo) -> String {
        let contents = parts.compactMap(\.content)
        return contents.isEmpty ? info.etag : PartTag.joined(contents)
    }
}
