import Testing

@testable import VersionTree

@Suite struct KeyHashTests {
    private func base(_ key: String, salt: UInt8 = 7) -> UInt64 {
        Array(key.utf8).withUnsafeBytes { KeyHash(Fixture.salt(salt)).base($0) }
    }

    @Test("hashes never change: they decide where the nodes of existing trees end")
    func golden() {
        let key = "table=events/year=2026/month=11/day=22/part-00042.parquet"
        let lengths = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 57]
        let bases = lengths.map { base(String(key.prefix($0))) }
        #expect(bases == Self.bases)
        let hash = KeyHash(Fixture.salt(7))
        #expect((0..<3).map { hash.priority(bases[11], level: $0) } == Self.priorities)
        #expect((0..<3).map { hash.forcedPriority(bases[11], level: $0) } == Self.forcedPriorities)
    }

    // Computed by a program of its own, written from design/0003-tree.md.
    static let bases: [UInt64] = [
        0xE0C1_A283_6445_2607, 0x82C3_CEBB_7D2A_2302, 0xF89E_983D_2250_BF3B, 0x6271_5965_DAAF_618A,
        0x1E3C_1069_97D6_0E69, 0x011D_3E70_B7E2_DE8C, 0xEF3C_3E39_95EA_C860, 0x8707_236B_AEC3_9D73,
        0xABB2_5F88_D36A_9BF5, 0x6D1A_238B_4AF3_8154, 0x5926_879B_E439_89D8, 0xB6EA_3EA9_1123_1593,
    ]
    static let priorities: [UInt64] = [
        0x1AAF_413D_943B_B32D, 0xEB79_ED4F_3310_A895, 0xCAC0_F842_C31D_BE99,
    ]
    static let forcedPriorities: [UInt64] = [
        0xBA2A_F66A_98E9_367A, 0x8A93_EA66_F532_BC94, 0xAB0C_5655_D035_8BFB,
    ]

    @Test("another salt gives other hashes")
    func salted() { #expect(base("a", salt: 1) != base("a", salt: 2)) }

    @Test("keys that differ little have priorities that are evenly spread, on every level")
    func evenlySpread() {
        let hash = KeyHash(Fixture.salt(3))
        for level in 0..<3 {
            var buckets = [Int](repeating: 0, count: 16)
            for number in 0..<16_000 {
                let key = Array("part-\(number)".utf8)
                let priority = key.withUnsafeBytes { hash.priority(hash.base($0), level: level) }
                buckets[Int(priority >> 60)] += 1
            }
            // 1,000 in each, with a standard deviation of 31.
            #expect(buckets.allSatisfy { (850...1_150).contains($0) })
        }
    }
}
