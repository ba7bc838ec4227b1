import COpenSSL

/// Authenticated encryption with a 256-bit key (NIST SP 800-38D).
package struct AES256GCM: Sendable {
    package static let keyBytes = 32
    package static let nonceBytes = 12
    package static let tagBytes = 16

    private let key: [UInt8]

    /// - Throws: `CryptographyError.wrongLength` unless the key has 32 bytes.
    package init(key: [UInt8]) throws(CryptographyError) {
        guard key.count == Self.keyBytes else { throw .wrongLength }
        self.key = key
    }

    /// Nonce, ciphertext and tag in one, under a fresh random nonce.
    package func seal(_ plaintext: [UInt8], authenticating associated: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try seal(plaintext, nonce: SecureRandom.bytes(Self.nonceBytes), authenticating: associated)
    }

    /// The same under a given nonce, which must never serve twice under one key.
    func seal(
        _ plaintext: [UInt8], nonce: [UInt8], authenticating associated: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        guard nonce.count == Self.nonceBytes else { throw .wrongLength }
        let cipher = try Cipher(key: key, nonce: nonce, encrypting: true)
        try cipher.authenticate(associated)
        let ciphertext = try cipher.update(plaintext)
        guard cipher.finish() else { throw .unavailable }
        return try nonce + ciphertext + cipher.tag()
    }

    /// The plaintext of what `seal` made.
    ///
    /// - Throws: `CryptographyError.notAuthentic` if anything was altered or the key or associated data differ.
    package func open(_ sealed: [UInt8], authenticating associated: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= Self.nonceBytes + Self.tagBytes else { throw .notAuthentic }
        let nonce = Array(sealed.prefix(Self.nonceBytes))
        let ciphertext = Array(sealed.dropFirst(Self.nonceBytes).dropLast(Self.tagBytes))
        let cipher = try Cipher(key: key, nonce: nonce, encrypting: false)
        try cipher.authenticate(associated)
        let plaintext = try cipher.update(ciphertext)
        try cipher.expect(tag: Array(sealed.suffix(Self.tagBytes)))
        guard cipher.finish() else { throw .notAuthentic }
        return plaintext
    }
}

/// One run of OpenSSL's cipher, freed with its last owner.
private final class Cipher {
    private let context: OpaquePointer
    private let encrypting: Int32

    init(key: [UInt8], nonce: [UInt8], encrypting: Bool) throws(CryptographyError) {
        guard let context = EVP_CIPHER_CTX_new() else { throw .unavailable }
        self.context = context
        self.encrypting = encrypting ? 1 : 0
        guard EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, self.encrypting) == 1
        else { throw .unavailable }
    }

    deinit {
        EVP_CIPHER_CTX_free(context)
    }

    func authenticate(_ associated: [UInt8]) throws(CryptographyError) {
        guard !associated.isEmpty else { return }
        guard let count = Int32(exactly: associated.count) else { throw .wrongLength }
        var written: Int32 = 0
        guard EVP_CipherUpdate(context, nil, &written, associated, count) == 1 else { throw .unavailable }
    }

    func update(_ input: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard !input.isEmpty else { return [] }
        guard let count = Int32(exactly: input.count) else { throw .wrongLength }
        var output = [UInt8](repeating: 0, count: input.count)
        var written: Int32 = 0
        guard EVP_CipherUpdate(context, &output, &written, input, count) == 1, written == count
        else { throw .unavailable }
        return output
    }

    func finish() -> Bool {
        var rest = [UInt8](repeating: 0, count: 16)
        var written: Int32 = 0
        return EVP_CipherFinal_ex(context, &rest, &written) == 1
    }

    func tag() throws(CryptographyError) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: AES256GCM.tagBytes)
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag) == 1
        else { throw .unavailable }
        return tag
    }

    func expect(tag: [UInt8]) throws(CryptographyError) {
        var tag = tag
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1
        else { throw .unavailable }
    }
}
