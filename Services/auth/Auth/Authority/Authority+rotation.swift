extension Authority {
    /// Rows that are read at a time.
    private static let pageRows = 500

    /// Seals everything that a former master key sealed with the one in use. Each secret is one statement: what was done stays
    /// done wherever this ends, and another call goes on. Services may run meanwhile, as long as they know both keys.
    ///
    /// - Parameter patience: for each statement.
    /// - Returns: how many secrets were sealed anew.
    /// - Throws: `CryptographyError.notAuthentic` for what none of the keys opens; it is left as it is.
    package func resealSecrets(patience: Duration) async throws -> Int {
        var count = 0
        while true {
            let page = try await store.credentials(
                notSealedBy: keys.current.id, limit: Self.pageRows, deadline: .now + patience)
            for credential in page {
                let secret = try keys.open(credential.secret, of: credential.accessKeyID)
                try await store.reseal(
                    credential, as: try keys.seal(secret, of: credential.accessKeyID), deadline: .now + patience)
                count += 1
            }
            if page.count < Self.pageRows { break }
        }
        while true {
            let page = try await store.purposeKeys(
                notSealedBy: keys.current.id, limit: Self.pageRows, deadline: .now + patience)
            for key in page {
                let sealed = try keys.seal(try keys.open(key), purpose: key.purpose, number: key.number)
                try await store.reseal(key, as: sealed, deadline: .now + patience)
                count += 1
            }
            if page.count < Self.pageRows { return count }
        }
    }
}
