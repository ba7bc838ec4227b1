import ObjectStore
import Wire

/// Why a job came to no end, and whether it may come to one later.
struct JobFailure: CustomStringConvertible {
    /// A job is not tried more often, whatever the reason.
    private static let maxTries: Int64 = 20

    let description: String
    /// The job is another worker's by now, or nobody's.
    let isLostLease: Bool
    private let mayPass: Bool

    init(_ error: any Error) {
        let call = error as? RPCError
        isLostLease = call?.code == .conflict || (call?.code == .notFound && call?.subject == "job")
        description = call?.message ?? (error as? ObjectStoreError)?.message ?? "\(error)"
        mayPass =
            call?.mayPass == true
            || [.unavailable, .timedOut, .full].contains((error as? ObjectStoreError)?.code)
    }

    /// - Parameter tries: how often the job was taken; nil where it is over.
    func secondsToNextTry(after tries: Int64) -> Int64? {
        mayPass && tries < Self.maxTries ? min(60, 1 << min(tries, 6)) : nil
    }
}
