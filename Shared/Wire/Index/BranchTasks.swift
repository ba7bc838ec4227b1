import Domain
import JSONCodec

/// What came of a commit or merge that ran as a job.
package struct BranchTaskOutcome: CodableMessage {
    /// Why it was refused.
    package struct Refusal: CodableMessage {
        package var code: String
        package var subject: String
        package var message: String
    }

    package var commit: Commit?
    package var refusal: Refusal?

    package init(_ commit: Commit) {
        self.commit = commit
    }

    package init(_ error: RPCError) {
        refusal = Refusal(code: error.code.rawValue, subject: error.subject, message: error.message)
    }

    /// The error of the refusal; nil where there is a commit.
    package var error: RPCError? {
        refusal.map { RPCError(RPCError.Code(rawValue: $0.code) ?? .internal, subject: $0.subject, $0.message) }
    }
}

/// Begins a commit that goes on without its caller. Errors: `notFound`, `forbidden`, `preconditionFailed` (protection),
/// `invalidArgument`.
package enum SubmitCommit: RPCMethod {
    package typealias Response = TaskTicket

    package static let name = "index.submitCommit"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        /// Its operation's id is the job's.
        package var commit: CreateCommit.Request

        package init(_ commit: CreateCommit.Request) {
            self.commit = commit
        }
    }
}

/// Begins a merge that goes on without its caller. Errors: `notFound`, `forbidden`, `invalidArgument`.
package enum SubmitMerge: RPCMethod {
    package typealias Response = TaskTicket

    package static let name = "index.submitMerge"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        /// Its operation's id is the job's.
        package var merge: MergeBranch.Request

        package init(_ merge: MergeBranch.Request) {
            self.merge = merge
        }
    }
}

/// Carries out a commit or merge that was submitted, on behalf of who submitted it; running it again changes nothing. What is
/// refused is an outcome. Errors: what may pass, `conflict` (lease lost), `notFound` (job).
package enum RunBranchTask: RPCMethod {
    package typealias Response = BranchTaskOutcome

    package static let name = "index.runBranchTask"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var jobID: String
        package var fencing: Int64

        package init(jobID: String, fencing: Int64) {
            self.jobID = jobID
            self.fencing = fencing
        }
    }
}
