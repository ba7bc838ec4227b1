import Cryptography
import Wire

/// The rule for the secret half of an access key.
enum SecretAccessKey {
    static let lengths = 8...128

    /// A new one: 40 letters and digits, 238 random bits.
    static func random() throws(CryptographyError) -> String {
        try SecureRandom.string(40, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    }

    /// - Throws: `invalidArgument` for one that breaks the rule, without quoting it.
    static func check(_ text: String) throws(RPCError) {
        guard lengths.contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw RPCError(
                .invalidArgument, subject: "credential",
                "a secret access key has \(lengths.lowerBound) to \(lengths.upperBound) printable ASCII characters, no blanks"
            )
        }
    }
}
