import ObjectStore
import Testing

/// Expects an error of the store with a code, and returns it.
@discardableResult
func expect(
    _ code: ObjectStoreError.Code, sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> some Any
) async -> ObjectStoreError? {
    do {
        let result = try await work()
        Issue.record("no error but \(result)", sourceLocation: sourceLocation)
    } catch let error as ObjectStoreError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
    }
    return nil
}
