/// The CRC-32 of Castagnoli (RFC 3720); S3's `x-amz-checksum-crc32c`.
package struct CRC32C: CyclicRedundancyCheck {
    private static let table = CRCTable<UInt32>(polynomial: 0x82F6_3B78)

    private var register = UInt32.max

    package init() {}

    package var value: UInt32 { ~register }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        register = Self.table.advanced(register, over: bytes)
    }

    package static func combine(_ first: UInt32, _ second: UInt32, secondBytes: UInt64) -> UInt32 {
        table.combined(first, second, secondBytes: secondBytes)
    }
}
