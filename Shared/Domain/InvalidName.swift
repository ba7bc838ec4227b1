/// A name or value that breaks the rule of its kind.
package struct InvalidName: Error, Hashable, CustomStringConvertible {
    /// What the value was meant to be, such as `branch`.
    package let kind: String
    /// Why it is refused, for people.
    package let reason: String

    package init(kind: String, reason: String) {
        self.kind = kind
        self.reason = reason
    }

    package var description: String { "invalid \(kind): \(reason)" }
}
