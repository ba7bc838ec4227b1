/// A request that could be read in two ways, or in none, and the only answer to it.
package struct SmugglingCase: Sendable, CustomStringConvertible {
    /// A sentence.
    package let rule: String
    package let request: [UInt8]
    /// The statuses that refuse it.
    package let statuses: Set<Int>

    init(_ rule: String, _ request: String, _ statuses: Set<Int> = [400]) {
        self.init(rule, bytes: Array(request.utf8), statuses)
    }

    init(_ rule: String, bytes: [UInt8], _ statuses: Set<Int> = [400]) {
        self.rule = rule
        request = bytes
        self.statuses = statuses
    }

    package var description: String { rule }

    /// A path that a server must never see when it is sent behind a refused request.
    package static let smuggledPath = "/smuggled"

    /// The request with a well-formed one behind it.
    package var withSmuggledRequest: [UInt8] {
        request + Array("GET \(Self.smuggledPath) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
    }
}
