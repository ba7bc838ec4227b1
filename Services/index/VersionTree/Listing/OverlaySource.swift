/// A sorted sequence of keys with entries or tombstones, which listings lay over one another.
///
/// Used by one task at a time.
package protocol OverlaySource: AnyObject {
    /// Where it stands; `nil` at the end, and before the first `seek`.
    var key: [UInt8]? { get }
    /// The encoded entry of that key; `nil` for a tombstone.
    var value: ArraySlice<UInt8>? { get }
    /// Whether it stands on an entry, not on a tombstone.
    var hasValue: Bool { get }

    /// Goes to the first key that is not less than `key`. Only forward, and by as little reading as it can.
    func seek(to key: [UInt8]) async throws
    /// Goes to the next key.
    func advance() async throws
    /// Goes to the next key if that needs no waiting; `false`, and stays, if it does.
    func advanceIfReady() -> Bool
}

extension OverlaySource {
    package var hasValue: Bool { value != nil }

    package func advanceIfReady() -> Bool { false }
}
