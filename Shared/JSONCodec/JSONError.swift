/// Why a JSON text could not be read.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    package let reason: String
    /// In bytes from the start of the text.
    package let offset: Int

    package init(_ reason: String, at offset: Int = 0) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "invalid JSON at byte \(offset): \(reason)" }
}
