import Seeded
import Testing

@testable import Cryptography

@Suite("Cyclic redundancy checks")
struct CyclicRedundancyCheckTests {
    @Test("give the catalogued check values of 123456789")
    func checkValues() {
        let text = Array("123456789".utf8)
        #expect(CRC32.checksum(text) == 0xCBF4_3926)
        #expect(CRC32C.checksum(text) == 0xE306_9283)
        #expect(CRC64NVME.checksum(text) == 0xAE8B_1486_0A79_9888)
    }

    @Test("give the values of RFC 3720 and of the NVM Express specification")
    func specifications() {
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum(Array(0..<32)) == 0x46DD_794E)
        #expect(CRC64NVME.checksum([UInt8](repeating: 0, count: 4096)) == 0x6482_D367_EB22_B64E)
        #expect(CRC64NVME.checksum([UInt8](repeating: 0xFF, count: 4096)) == 0xC0DD_BA73_02EC_A3AC)
    }

    @Test("of nothing are zero")
    func empty() {
        #expect(CRC32.checksum([]) == 0)
        #expect(CRC32C.checksum([]) == 0)
        #expect(CRC64NVME.checksum([]) == 0)
    }

    @Test("are the same however the bytes are cut and wherever they lie, and combine", arguments: [UInt64(1), 2, 3])
    func splits(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            check(CRC32.self, bytes, polynomial: 0xEDB8_8320, &random)
            check(CRC32C.self, bytes, polynomial: 0x82F6_3B78, &random)
            check(CRC64NVME.self, bytes, polynomial: 0x9A6C_9329_AC4B_C9B5, &random)
        }
    }

    private func check<Check: CyclicRedundancyCheck>(
        _ type: Check.Type, _ bytes: [UInt8], polynomial: Check.Value, _ random: inout SeededGenerator
    ) {
        let whole = bitByBit(bytes, polynomial: polynomial)
        #expect(Check.checksum(bytes) == whole)
        let cut = Int.random(in: 0...bytes.count, using: &random)
        var check = Check()
        check.update(bytes[..<cut])
        check.update(bytes[cut...])
        #expect(check.value == whole, "cut at \(cut) of \(bytes.count)")
        let (first, second) = (Check.checksum(bytes[..<cut]), Check.checksum(bytes[cut...]))
        #expect(Check.combine(first, second, secondBytes: UInt64(bytes.count - cut)) == whole)
    }

    /// The definition: one bit after another.
    private func bitByBit<Value: FixedWidthInteger & UnsignedInteger>(_ bytes: [UInt8], polynomial: Value) -> Value {
        var register = ~Value.zero
        for byte in bytes {
            register ^= Value(byte)
            for _ in 0..<8 {
                let out = register & 1 == 1
                register >>= 1
                if out { register ^= polynomial }
            }
        }
        return ~register
    }

    @Test("are encoded most significant byte first")
    func bigEndian() {
        var check = CRC32()
        check.update(Array("123456789".utf8))
        #expect(check.bigEndianBytes == [0xCB, 0xF4, 0x39, 0x26])
    }
}
