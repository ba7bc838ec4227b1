/// Several sorted sources seen as one: of a key that several have, the entry of the newest counts; a tombstone hides it.
package final class OverlayCursor {
    package init(newestFirst sources: [any OverlaySource]) {}

    package var key: [UInt8]? { nil }
    package var value: ArraySlice<UInt8>? { nil }
    package func seek(to key: [UInt8]) async throws {}
    package func advance() async throws {}
    /// Goes behind every key that begins with `prefix`, in every source.
    package func seek(pastPrefix prefix: [UInt8]) async throws {}
}
