import Synchronization

/// How many bodies a gateway takes at once, and how much of documents it holds in memory.
package final class BodySlots: Sendable {
    private let maxBodies: Int
    private let maxDocumentBytes: Int
    private let bodies = Atomic<Int>(0)
    private let documentBytes = Atomic<Int>(0)

    package init(maxBodies: Int, maxDocumentBytes: Int) {
        self.maxBodies = maxBodies
        self.maxDocumentBytes = maxDocumentBytes
    }

    /// Counts a body until `leave`.
    ///
    /// - Throws: `SlowDown` where it is one too many; it is not counted then.
    func enter() throws(S3Error) {
        guard bodies.wrappingAdd(1, ordering: .relaxed).newValue <= maxBodies else {
            leave()
            throw S3Error(.slowDown)
        }
    }

    func leave() { bodies.wrappingSubtract(1, ordering: .relaxed) }

    /// Makes room for a document until `release`.
    ///
    /// - Throws: `SlowDown` where there is none; none is taken then.
    func reserve(documentBytes count: Int) throws(S3Error) {
        guard documentBytes.wrappingAdd(count, ordering: .relaxed).newValue <= maxDocumentBytes else {
            release(documentBytes: count)
            throw S3Error(.slowDown)
        }
    }

    func release(documentBytes count: Int) { documentBytes.wrappingSubtract(count, ordering: .relaxed) }
}
