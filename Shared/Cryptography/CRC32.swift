/// The CRC-32 of Ethernet, gzip and zlib (ISO 3309); S3's `x-amz-checksum-crc32`.
package struct CRC32: CyclicRedundancyCheck {
    private static let table = CRCTable<UInt32>(polynomial: 0xEDB8_8320)

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
