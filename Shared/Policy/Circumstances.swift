import FoundationEssentials

/// What conditions of policies look at, beside who asks for what.
package struct Circumstances: Sendable {
    /// The client's, as the listener knows it.
    package var address: String?
    /// Seconds since 1970; nil for now.
    private let fixed: Double?

    package init(address: String?, now: Double? = nil) {
        self.address = address
        fixed = now
    }

    var now: Double { fixed ?? Date().timeIntervalSince1970 }
}
