import Testing
import Wire

/// Expects a call to fail with this code, and maybe these words in its message.
func expectError(
    _ code: RPCError.Code, _ words: String = "", sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async {
    do {
        let answer = try await body()
        Issue.record("answered \(answer) instead of \(code)", sourceLocation: sourceLocation)
    } catch let error as RPCError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        #expect(words.isEmpty || error.message.contains(words), "\(error)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("threw \(error) instead of \(code)", sourceLocation: sourceLocation)
    }
}
