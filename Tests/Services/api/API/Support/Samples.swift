import Domain
import Wire

/// Values that tests answer with.
enum Samples {
    static let commitID = String(repeating: "ab", count: 32)

    static func repository(_ name: String = "repo") throws -> Repository {
        Repository(
            id: 7, name: try RepositoryName(name), storageNamespace: try StorageNamespace("local://repo"),
            defaultBranch: try BranchName("main"), created: 1_600_000_000_999, isReadOnly: false, isBare: false)
    }

    static func commit() throws -> Commit {
        Commit(
            id: try CommitID(commitID), parents: [try CommitID(String(repeating: "cd", count: 32))],
            committer: "admin", message: "a \"message\"", created: 1_600_000_000, metaRangeID: "ef",
            metadata: ["a_b": "c"], generation: 2)
    }

    static func entry(size: Int64 = 5, address: PhysicalAddress = .relative("data/1/2")) -> Entry {
        Entry(
            address: address, size: size, checksum: "5d41402abc4b2a76b9719d911017c592", modified: 1_600_000_000_999,
            contentType: "text/plain", userMetadata: ["k": "v"])
    }

    static func located(_ entry: Entry = entry()) throws -> LocatedEntry {
        LocatedEntry(storageNamespace: try StorageNamespace("local://repo"), entry: entry)
    }
}
