import COpenSSL

/// A public key that tells whether a signature was made by its private key.
package final class VerificationKey: Sendable {
    /// How the key signs; both hash the message with SHA-256.
    package enum Kind: Sendable, Hashable {
        /// RSASSA-PKCS1-v1_5 (RFC 8017).
        case rsa
        /// ECDSA over P-256 (FIPS 186-5); a signature is its two numbers in 32 bytes each (RFC 7518).
        case p256
    }

    /// The sizes of an RSA modulus that are taken, in bits: smaller ones are weak, greater ones cost too much.
    package static let modulusBits = 2048...8192
    private static let numberBytes = 32

    package let kind: Kind
    /// Never changed once it is made; OpenSSL reads a key from several threads at once.
    private nonisolated(unsafe) let key: OpaquePointer

    /// - Parameters:
    ///   - rsaModulus: big-endian, as the exponent.
    ///   - exponent: odd, at least 3, of at most 8 bytes.
    /// - Throws: `CryptographyError.wrongLength` for numbers that break these rules or are of another size.
    package init(rsaModulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) {
        // OpenSSL takes numbers in the order of the machine: little-endian on all that Tarn runs on.
        var modulus = Array(rsaModulus.drop { $0 == 0 }.reversed())
        var power = Array(exponent.drop { $0 == 0 }.reversed())
        let bits = modulus.count * 8 - (modulus.last?.leadingZeroBitCount ?? 0)
        guard Self.modulusBits.contains(bits), (1...8).contains(power.count), let low = power.first, low & 1 == 1,
            power.count > 1 || low >= 3
        else { throw .wrongLength }
        guard let key = tarn_rsa_public_key(&modulus, modulus.count, &power, power.count) else {
            ERR_clear_error()
            throw .wrongLength
        }
        (self.key, kind) = (key, .rsa)
    }

    /// - Parameters:
    ///   - p256X: 32 bytes, big-endian, as `y`.
    /// - Throws: `CryptographyError.wrongLength` for coordinates of another length, or of no point of the curve.
    package init(p256X x: [UInt8], y: [UInt8]) throws(CryptographyError) {
        guard x.count == Self.numberBytes, y.count == Self.numberBytes else { throw .wrongLength }
        var point = [0x04] + x + y
        guard let key = tarn_p256_public_key(&point, point.count) else {
            ERR_clear_error()
            throw .wrongLength
        }
        (self.key, kind) = (key, .p256)
    }

    deinit { EVP_PKEY_free(key) }

    /// Whether the key's owner signed the message so; false for a signature of another length or form.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let signature = kind == .rsa ? signature : Self.sequence(of: signature),
            let context = EVP_MD_CTX_new()
        else { return false }
        defer {
            EVP_MD_CTX_free(context)
            // A refusal would stay in the list of this thread, for others to stumble upon.
            ERR_clear_error()
        }
        return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// The two numbers of a signature as ASN.1 has them (DER); nil unless they have 32 bytes each.
    private static func sequence(of signature: [UInt8]) -> [UInt8]? {
        guard signature.count == 2 * numberBytes else { return nil }
        let numbers = [signature.prefix(numberBytes), signature.suffix(numberBytes)].flatMap { number in
            var digits = Array(number.drop { $0 == 0 })
            // Without it the number would be empty, or negative.
            if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
            return [0x02, UInt8(digits.count)] + digits
        }
        return [0x30, UInt8(numbers.count)] + numbers
    }
}
