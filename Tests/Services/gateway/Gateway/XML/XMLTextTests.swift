import Seeded
import Testing

@testable import Gateway

@Suite("Scanning for what XML escapes")
struct XMLTextTests {
    @Test("finds what a loop over single bytes finds", arguments: [UInt64](1...20))
    func special(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let rare = UInt8.random(in: 0...255, using: &random)
            let text = (0..<random.below(40)).map { _ -> UInt8 in
                random.below(12) == 0 ? rare : UInt8.random(in: 0x40...0x7A, using: &random)
            }
            let start = random.below(text.count + 1)
            let expected = text[start...].firstIndex(where: XMLText.isSpecial) ?? text.count
            let found = text.withUnsafeBufferPointer { XMLText.special(in: $0, from: start) }
            #expect(found == expected, "seed \(seed), \(text) from \(start)")
        }
    }
}
