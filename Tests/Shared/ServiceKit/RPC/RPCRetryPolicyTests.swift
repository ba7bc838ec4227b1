import NIOCore
import Testing
import Wire

@testable import ServiceKit

@Suite("When a call is sent again")
struct RPCRetryPolicyTests {
    typealias Failure = RPCRetryPolicy.Failure

    static func decide(
        _ failure: Failure, isIdempotent: Bool, attempts: Int, seconds: Int64 = 10
    ) -> RPCRetryPolicy.Decision {
        RPCRetryPolicy().decide(
            failure, isIdempotent: isIdempotent, attempts: attempts, remaining: .seconds(seconds), random: 0)
    }

    static let unavailable = RPCError(.unavailable, "no")
    static let table: [(String, Failure, Bool, Int, RPCError.Code?)] = [
        ("what was not sent is sent, whatever it is", .notSent("x"), false, 0, nil),
        ("what was not sent is sent, however often it was tried", .notSent("x"), false, 50, nil),
        ("an idempotent call is sent again", .unanswered("x"), true, 1, nil),
        ("and once more", .unanswered("x"), true, 2, nil),
        ("but not a fourth time", .unanswered("x"), true, 3, .unavailable),
        ("what may have happened is not done again", .unanswered("x"), false, 1, .outcomeUnknown),
        ("a peer that cannot is asked again", .refused(unavailable), true, 1, nil),
        ("but not for what must not happen twice", .refused(unavailable), false, 1, .unavailable),
        ("and three times at most", .refused(unavailable), true, 3, .unavailable),
    ]

    @Test("rules", arguments: table)
    func rules(_ test: (String, Failure, Bool, Int, RPCError.Code?)) {
        switch Self.decide(test.1, isIdempotent: test.2, attempts: test.3) {
        case .retry: #expect(test.4 == nil, "\(test.0)")
        case .fail(let error): #expect(error.code == test.4, "\(test.0)")
        }
    }

    @Test(
        "nothing is sent again that would come too late", arguments: [Failure.unanswered("x"), .refused(unavailable)])
    func tooLate(failure: Failure) {
        let decision = RPCRetryPolicy().decide(
            failure, isIdempotent: true, attempts: 1, remaining: .milliseconds(5), random: 0)
        if case .retry = decision { Issue.record("\(decision)") }
    }

    @Test("delays double, spread over half of their length, up to a limit")
    func delays() {
        let policy = RPCRetryPolicy()
        for attempt in 1..<70 {
            let least = policy.delay(afterAttempt: attempt, random: 0)
            let most = policy.delay(afterAttempt: attempt, random: 0.999)
            #expect(least < most)
            #expect(most <= policy.maxDelay)
            #expect(least >= policy.firstDelay / 2)
        }
        #expect(policy.delay(afterAttempt: 2, random: 0) == policy.delay(afterAttempt: 1, random: 0) * 2)
    }

    @Test("an address is left alone for longer each time, up to a limit")
    func backoff() {
        let backoff = RPCBackoff()
        #expect(backoff.delay(failures: 1, random: 0) == backoff.first / 2)
        #expect(backoff.delay(failures: 3, random: 0) == backoff.first * 2)
        for failures in 1..<70 { #expect(backoff.delay(failures: failures, random: 0.999) <= backoff.max) }
    }
}

extension TimeAmount {
    static func / (amount: TimeAmount, divisor: Int64) -> TimeAmount { .nanoseconds(amount.nanoseconds / divisor) }
}
