import COpenSSL

/// Unpredictable bytes from OpenSSL's generator.
package enum SecureRandom {
    /// - Throws: `CryptographyError.randomUnavailable` if the generator cannot be seeded.
    package static func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(CryptographyError) {
        guard buffer.count > 0 else { return }
        guard let count = Int32(exactly: buffer.count),
            RAND_bytes(buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count) == 1
        else { throw .randomUnavailable }
    }

    package static func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: CryptographyError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(CryptographyError) { try fill(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// A string of `count` characters drawn evenly from `alphabet`, which holds 1 to 256 ASCII characters.
    package static func string(_ count: Int, from alphabet: StaticString) throws(CryptographyError) -> String {
        let letters = alphabet.withUTF8Buffer { Array($0) }
        precondition((1...256).contains(letters.count), "an alphabet has 1 to 256 letters")
        // Bytes from the incomplete last turn of the alphabet would favour its first letters.
        let limit = 256 - 256 % letters.count
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            for byte in try bytes(count - result.count) where Int(byte) < limit {
                result.append(letters[Int(byte) % letters.count])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
