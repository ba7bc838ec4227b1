import Signatures

@testable import Auth

/// The date of a scope that is good now.
enum SigningDay {
    static func today() -> String { SigningTime(unixSeconds: TimeSource.system.unixSeconds()).day }
}
