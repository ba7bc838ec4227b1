package import Domain

/// An encoded entry, read where it lies: no part of it is copied until it is asked for.
package struct EntryView: Sendable {
    /// What `EntryCodec` wrote.
    package let bytes: ArraySlice<UInt8>

    package init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    package init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    package init(_ entry: Entry) { self.bytes = EntryCodec.encode(entry)[...] }

    /// Of the object, in bytes.
    package var size: Int64 {
        get throws(TreeError) { try layout().size }
    }

    /// The section that decides whether two entries are the same content.
    package var identity: ArraySlice<UInt8> {
        get throws(TreeError) {
            let range = try layout().identity
            return bytes[bytes.startIndex + range.lowerBound..<bytes.startIndex + range.upperBound]
        }
    }

    package func hasSameIdentity(as other: EntryView) throws(TreeError) -> Bool {
        try identity == other.identity
    }

    private func layout() throws(TreeError) -> EntryLayout {
        guard let layout = bytes.withUnsafeBytes({ EntryLayout($0) }) else {
            throw TreeError.corruptEntry(reason: "no identity section")
        }
        return layout
    }
}

extension EntryView {
    /// Where an object's bytes are, as UTF-8 in place.
    package enum Address: Sendable, Hashable {
        /// Below the repository's storage namespace.
        case relative(ArraySlice<UInt8>)
        /// A full URI.
        case full(ArraySlice<UInt8>)
    }

    package var address: Address {
        get throws(TreeError) {
            var reader = EntryFieldReader(bytes, from: try layout().identity.upperBound)
            while let field = try reader.next() {
                if field.tag == EntryField.relativeAddress { return .relative(field.content) }
                if field.tag == EntryField.fullAddress { return .full(field.content) }
            }
            throw TreeError.corruptEntry(reason: "no address")
        }
    }
}
