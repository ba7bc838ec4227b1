import Cryptography
import Domain
import Testing

@testable import Index

@Suite struct CommitContentTests {
    private static let root = "e7720703b5e19f0c37c665b0bf14fc291522d882cd951d854edb8b1f1c33689d"

    private static func digest(_ hex: String) -> SHA256Digest { SHA256Digest(hex: hex) ?? SHA256Digest() }

    /// Computed by an independent program from the rule in `design/0004-index.md`.
    private static let golden: [(CommitContent, String)] = [
        (
            CommitContent(
                parents: [], committer: "", message: "Repository created", created: 1_700_000_000, root: nil,
                metadata: [:]), root
        ),
        (
            CommitContent(
                parents: [digest(root)], committer: "alice", message: "Add täble", created: 1_700_000_001,
                root: digest(String(repeating: "ab", count: 32)), metadata: ["b": "2", "a": "1", "é": "3", "Z": "0"]),
            "24a59f447b732e1581f96d9ecaf4d5fd54f8ca2a4494d6eeae6c9c2514b12325"
        ),
        (
            CommitContent(
                parents: [
                    digest(String(repeating: "11", count: 32)), digest(String(repeating: "22", count: 32)),
                ], committer: "bob", message: "Merge 'dev' into 'main'", created: 1_700_000_002,
                root: digest(String(repeating: "cd", count: 32)), metadata: [".lakefs.merge.strategy": "default"]),
            "ff5bce7694669ef3be2861b8cc9e87dd47c32e9768f0d00a1d3dd49ef7fd2c53"
        ),
    ]

    @Test("The id of a commit is the hash of its typed, length-prefixed fields", arguments: golden.indices)
    func goldenVectors(_ index: Int) {
        let (content, id) = Self.golden[index]
        #expect(content.id.hex == id)
    }

    @Test("Every field counts")
    func everyFieldCounts() {
        let (content, _) = Self.golden[1]
        var variants = Set([content.id])
        for change in [
            { $0.committer = "bob" }, { $0.message += "!" }, { $0.created += 1 }, { $0.root = nil },
            { $0.metadata["a"] = "2" }, { $0.parents.append(SHA256Digest()) }, { $0.parents = [] },
        ] as [(inout CommitContent) -> Void] {
            var variant = content
            change(&variant)
            variants.insert(variant.id)
        }
        #expect(variants.count == 8)
    }

    @Test(
        "Digits of a commit id stand for the range of ids that begin with them",
        arguments: [("a", "a0", "af"), ("ab", "ab", "ab"), ("abc", "abc0", "abcf")])
    func prefix(_ text: String, _ first: String, _ last: String) {
        let prefix = CommitPrefix(text)
        #expect(prefix.map { Hex.encode($0.first).hasPrefix(first) && Hex.encode($0.first).hasSuffix("00") } == true)
        #expect(prefix.map { Hex.encode($0.last).hasPrefix(last) && Hex.encode($0.last).hasSuffix("ff") } == true)
    }

    @Test("Only lower-case hexadecimal digits are a commit prefix", arguments: ["", "G", "A", "ab-", "main"])
    func noPrefix(_ text: String) { #expect(CommitPrefix(text) == nil) }
}
