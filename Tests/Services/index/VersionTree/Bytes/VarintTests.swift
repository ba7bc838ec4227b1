import Testing

@testable import VersionTree

@Suite struct VarintTests {
    static let golden: [(UInt64, [UInt8])] = [
        (0, [0]), (1, [1]), (127, [0x7F]), (128, [0x80, 1]), (300, [0xAC, 2]), (16_384, [0x80, 0x80, 1]),
        (.max, [UInt8](repeating: 0xFF, count: 9) + [1]),
    ]

    private func read(_ bytes: [UInt8]) -> (value: UInt64?, offset: Int) {
        var offset = 0
        let value = bytes.withUnsafeBytes { Varint.read($0, &offset) }
        return (value, offset)
    }

    @Test("numbers are seven bits a byte, the lowest first", arguments: golden)
    func roundTrip(value: UInt64, bytes: [UInt8]) {
        var written: [UInt8] = []
        Varint.append(value, to: &written)
        #expect(written == bytes)
        var growing = GrowingBytes()
        growing.appendVarint(value)
        #expect(growing.array == bytes)
        #expect(read(bytes + [9]).value == value)
        #expect(read(bytes + [9]).offset == bytes.count)
        for count in 0..<bytes.count { #expect(read(Array(bytes.prefix(count))).value == nil) }
    }

    @Test(
        "what is too great or longer than need be is refused",
        arguments: [
            [0x80, 0] as [UInt8], [UInt8](repeating: 0xFF, count: 9) + [2], [UInt8](repeating: 0x80, count: 10) + [1],
        ])
    func refused(bytes: [UInt8]) { #expect(read(bytes).value == nil) }

    @Test("a length beyond what follows is refused")
    func length() {
        for (bytes, expected) in [([3, 1, 2, 3], 3), ([4, 1, 2, 3], nil)] as [([UInt8], Int?)] {
            var offset = 0
            #expect(bytes.withUnsafeBytes { Varint.readLength($0, &offset) } == expected)
        }
    }
}
