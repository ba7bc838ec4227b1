import ObjectStore
import Testing
import Wire

@testable import StorageWorker

@Suite("Why jobs fail, and whether they are tried again")
struct JobFailureTests {
    @Test("what may pass is tried again, later each time and not for ever; anything else is the end")
    func retries() {
        for error in [
            RPCError(.unavailable, "away") as any Error, RPCError(.deadlineExceeded, ""), RPCError(.outcomeUnknown, ""),
            ObjectStoreError(.unavailable, "away"), ObjectStoreError(.timedOut, ""), ObjectStoreError(.full, ""),
        ] {
            let failure = JobFailure(error)
            let pauses = (1...19).map { failure.secondsToNextTry(after: $0) ?? -1 }
            #expect(
                pauses.prefix(6) == [2, 4, 8, 16, 32, 60] && pauses.allSatisfy { (1...60).contains($0) }, "\(error)")
            #expect(failure.secondsToNextTry(after: 20) == nil && !failure.isLostLease)
        }
        for error in [
            RPCError(.corrupted, "node") as any Error, RPCError(.invalidArgument, "dump"), DumpFailure("no dump"),
            ObjectStoreError(.denied, "key"), ObjectStoreError(.notFound, "bucket"), CancellationError(),
        ] {
            #expect(JobFailure(error).secondsToNextTry(after: 1) == nil && !JobFailure(error).isLostLease, "\(error)")
        }
    }

    @Test("a lease that was lost is another's job, and a repository that is gone is not")
    func lost() {
        #expect(JobFailure(RPCError(.conflict, subject: "job", "")).isLostLease)
        #expect(JobFailure(RPCError(.notFound, subject: "job", "")).isLostLease)
        #expect(!JobFailure(RPCError(.notFound, subject: "repository", "")).isLostLease)
    }
}
