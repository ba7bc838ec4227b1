package import Cryptography

/// The master key in use and the former ones, which still open what they sealed.
package struct KeyRing: Sendable {
    /// The greatest number of former keys.
    static let maxFormer = 8

    let current: MasterKey
    private let former: [MasterKey]

    /// - Throws: `CryptographyError.wrongLength` for a key that has not 32 bytes, or more former keys than the limit.
    package init(current: [UInt8], former: [[UInt8]] = []) throws(CryptographyError) {
        guard former.count <= Self.maxFormer else { throw .wrongLength }
        self.current = try MasterKey(current)
        var keys: [MasterKey] = []
        for bytes in former { keys.append(try MasterKey(bytes)) }
        self.former = keys
    }

    var all: [MasterKey] { [current] + former }

    func key(_ id: String) -> MasterKey? { all.first { $0.id == id } }

    // MARK: Secrets at rest

    func seal(_ secret: String, of accessKeyID: String) throws(CryptographyError) -> SealedSecret {
        SealedSecret(
            keyID: current.id,
            bytes: try current.secrets.seal(Array(secret.utf8), authenticating: Self.context(accessKeyID)))
    }

    /// - Throws: `CryptographyError.notAuthentic` for a secret of another access key or sealed with a key that is not here.
    func open(_ sealed: SealedSecret, of accessKeyID: String) throws(CryptographyError) -> String {
        guard let key = key(sealed.keyID) else { throw .notAuthentic }
        let bytes = try key.secrets.open(sealed.bytes, authenticating: Self.context(accessKeyID))
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: What browsers keep

    private static let stateContext = Array("tarn oidc state v1".utf8)

    func sealState(_ bytes: [UInt8]) throws(CryptographyError) -> SealedSecret {
        SealedSecret(keyID: current.id, bytes: try current.secrets.seal(bytes, authenticating: Self.stateContext))
    }

    /// - Throws: `CryptographyError.notAuthentic` for what none of the keys sealed as a state.
    func openState(_ sealed: SealedSecret) throws(CryptographyError) -> [UInt8] {
        guard let key = key(sealed.keyID) else { throw .notAuthentic }
        return try key.secrets.open(sealed.bytes, authenticating: Self.stateContext)
    }

    // MARK: Signing keys at rest

    func seal(_ key: [UInt8], purpose: String, number: Int64) throws(CryptographyError) -> SealedSecret {
        SealedSecret(
            keyID: current.id, bytes: try current.secrets.seal(key, authenticating: Self.context(purpose, number)))
    }

    /// - Throws: `CryptographyError.notAuthentic` for one of another purpose or number, or sealed with a key that is not here.
    func open(_ stored: StoredPurposeKey) throws(CryptographyError) -> [UInt8] {
        guard let key = key(stored.key.keyID) else { throw .notAuthentic }
        return try key.secrets.open(stored.key.bytes, authenticating: Self.context(stored.purpose, stored.number))
    }

    private static func context(_ purpose: String, _ number: Int64) -> [UInt8] {
        Array("tarn signing key v1\u{0}\(purpose)\u{0}\(number)".utf8)
    }

    /// Binds a secret to its access key, so that one row's secret cannot stand in for another's.
    private static func context(_ accessKeyID: String) -> [UInt8] {
        Array("tarn credential v1\u{0}\(accessKeyID)".utf8)
    }
}
