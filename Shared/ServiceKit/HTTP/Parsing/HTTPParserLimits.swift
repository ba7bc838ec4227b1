/// What the parser accepts of one request's head and trailers.
package struct HTTPParserLimits: Sendable {
    /// Answered 414 beyond.
    package var maxRequestLineBytes = 16 * 1024
    /// Request line and all header lines; answered 431 beyond.
    package var maxHeadBytes = 32 * 1024
    /// Answered 431 beyond.
    package var maxHeaderCount = 100

    package init() {}
}
