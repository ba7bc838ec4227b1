import Seeded
import Testing

@testable import VersionTree

@Suite struct BytesTests {
    @Test("the successor of a prefix is greater than all that begins with it, and nothing lies between")
    func successor() {
        #expect(Bytes.successor(ofPrefix: [1, 2]) == [1, 3])
        #expect(Bytes.successor(ofPrefix: [1, 0xFF]) == [2])
        #expect(Bytes.successor(ofPrefix: [0xFF, 0xFF]) == nil)
        #expect(Bytes.successor(ofPrefix: []) == nil)
    }

    @Test("bytes compare as unsigned numbers, a prefix before what it begins", arguments: Seeds.all)
    func comparison(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            let shared = [UInt8](repeating: 7, count: random.below(700))
            func bytes() -> [UInt8] { shared + (0..<random.below(4)).map { _ in UInt8(random.below(3) * 127) } }
            let (left, right) = (bytes(), bytes())
            #expect(Bytes.isLess(left, right) == left.lexicographicallyPrecedes(right))
            #expect((Bytes.compare(left, right) == 0) == (left == right))
            let common = left.withUnsafeBytes { left in right.withUnsafeBytes { Bytes.sharedPrefix(left, $0) } }
            #expect(common == zip(left, right).prefix { $0 == $1 }.count)
        }
    }
}
