import Cryptography
import Wire

/// The rule for the public half of an access key.
///
/// No `/` (it would end the key in a SigV4 scope), no `:` (in Basic and SigV2), nothing that a header cannot carry.
enum AccessKeyID {
    static let lengths = 3...128

    static func isValid(_ text: String) -> Bool {
        lengths.contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x2E: true
                default: false
                }
            }
    }

    /// A new one in Amazon's form: `AKIA` and 16 characters, 80 random bits.
    static func random() throws(CryptographyError) -> String {
        try "AKIA" + SecureRandom.string(16, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    }

    /// A new one of a session, `ASIA` and 16 characters, as Amazon's.
    static func randomOfSession() throws(CryptographyError) -> String {
        try "ASIA" + SecureRandom.string(16, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    }

    /// - Throws: `invalidArgument` for one that breaks the rule.
    static func check(_ text: String) throws(RPCError) {
        guard isValid(text) else {
            throw RPCError(
                .invalidArgument, subject: "credential",
                "an access key id has \(lengths.lowerBound) to \(lengths.upperBound) letters, digits, '_', '-' or '.'")
        }
    }
}
