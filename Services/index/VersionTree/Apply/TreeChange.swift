package import Domain

/// What is to become of one key.
package struct TreeChange: Sendable {
    package let key: [UInt8]
    /// The encoded entry; `nil` removes the key.
    package let value: ArraySlice<UInt8>?

    package init(key: [UInt8], value: ArraySlice<UInt8>?) {
        self.key = key
        self.value = value
    }

    package static func put(_ key: ObjectKey, _ entry: Entry) -> TreeChange {
        TreeChange(key: key.bytes, value: EntryCodec.encode(entry)[...])
    }

    package static func remove(_ key: ObjectKey) -> TreeChange { TreeChange(key: key.bytes, value: nil) }
}
