import Domain
import Testing

@Suite("Storage namespaces name a place in a store and cannot lead out of it")
struct StorageNamespaceTests {
    @Test("scheme, bucket and prefix are told apart; slashes at the end are dropped")
    func parts() throws {
        let namespace = try StorageNamespace("s3://bucket/a/b//")
        #expect(namespace.scheme == .s3)
        #expect(namespace.bucket == "bucket")
        #expect(namespace.prefix == "a/b")
        #expect(namespace.string == "s3://bucket/a/b")
        #expect(try StorageNamespace("local://lake/").prefix.isEmpty)
    }

    @Test(
        "the rest is refused",
        arguments: [
            "", "lake", "s3:/b", "s3://", "s3:///a", "gs://b", "file:///etc", "local://..", "local://../x",
            "local://a/../b",
            "local://a/./b", "local://a//b", "local://a/b\\..", "local://a\u{0}b", "local://a b", "LOCAL://a",
            "s3://" + String(repeating: "a", count: 1_020),
        ])
    func refused(text: String) {
        #expect(throws: InvalidName.self) { try StorageNamespace(text) }
    }

    @Test("an address is below its namespace, or anywhere")
    func addresses() throws {
        let namespace = try StorageNamespace("s3://b/p")
        #expect(PhysicalAddress.relative("data/x").uri(in: namespace) == "s3://b/p/data/x")
        #expect(PhysicalAddress.full("s3://other/y").uri(in: namespace) == "s3://other/y")
    }
}
