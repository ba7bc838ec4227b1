/// How log lines look.
package enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object a line.
    case json
    case text
}
