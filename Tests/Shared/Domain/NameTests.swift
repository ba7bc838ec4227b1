import Domain
import Testing

@Suite("Names follow the rule of their kind")
struct NameTests {
    @Test("repository names", arguments: ["abc", "0ab", "a-b-c", String(repeating: "a", count: 63)])
    func repository(name: String) throws {
        #expect(try RepositoryName(name).string == name)
    }

    @Test(
        "refused repository names",
        arguments: ["", "ab", "-ab", "Abc", "a_b", "a.b", "a b", "ä12", "abc\n", String(repeating: "a", count: 64)])
    func noRepository(name: String) {
        #expect(throws: InvalidName.self) { try RepositoryName(name) }
    }

    @Test("branch names", arguments: ["main", "a", "_x", "feature-1", "A_b-C9", String(repeating: "b", count: 1_024)])
    func branch(name: String) throws {
        #expect(try BranchName(name).string == name)
    }

    @Test(
        "refused branch names",
        arguments: ["", "-a", "a.b", "a/b", "a~", "a^", "a@", "a$", "a b", "é", String(repeating: "b", count: 1_025)])
    func noBranch(name: String) {
        #expect(throws: InvalidName.self) { try BranchName(name) }
    }

    @Test("tag names", arguments: ["v1.0", "a~b", "a@b", "@a", "ünï", "a{b", "lock", ".a", "a.lockx"])
    func tag(name: String) throws {
        #expect(try TagName(name).string == name)
    }

    @Test(
        "refused tag names",
        arguments: [
            "", "@", "a.", "a.lock", "a..b", "a/b", "a@{b", "a^b", "a:b", "a?b", "a*b", "a[b", "a\\b", "a b", "a\tb",
            "a\u{7F}", String(repeating: "t", count: 1_025),
        ])
    func noTag(name: String) {
        #expect(throws: InvalidName.self) { try TagName(name) }
    }

    @Test("a commit id is 64 lower-case hexadecimal digits")
    func commit() throws {
        let id = String(repeating: "0123456789abcdef", count: 4)
        #expect(try CommitID(id).string == id)
        for wrong in ["", String(id.dropLast()), id + "0", id.uppercased(), "g" + id.dropFirst()] {
            #expect(throws: InvalidName.self) { try CommitID(wrong) }
        }
    }

    @Test("names and keys are ordered by their bytes")
    func order() throws {
        #expect(try TagName("Z") < TagName("a"))
        #expect(try TagName("a") < TagName("é"))
        #expect(try BranchName("a") < BranchName("aa"))
        // UTF-8 order, where UTF-16 would put the surrogate pair first.
        #expect(try ObjectKey("\u{FFFD}") < ObjectKey("\u{1F600}"))
        // Canonically equivalent, yet two keys.
        #expect(try ObjectKey("e\u{301}") != ObjectKey("\u{E9}"))
    }

    @Test("an object key is 1 to 1,024 bytes of UTF-8, never normalised")
    func key() throws {
        for good in ["a", "/", "//a//", "../x", "a/./b", " ", "ü", String(repeating: "k", count: 1_024)] {
            #expect(try ObjectKey(good).string == good)
        }
        #expect(throws: InvalidName.self) { try ObjectKey("") }
        #expect(throws: InvalidName.self) { try ObjectKey(String(repeating: "k", count: 1_025)) }
        #expect(throws: InvalidName.self) { try ObjectKey(String(repeating: "é", count: 513)) }
        for wrong: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x61, 0xC3], [0xF5, 0x80, 0x80, 0x80]] {
            #expect(throws: InvalidName.self) { try ObjectKey(wrong) }
        }
    }
}
