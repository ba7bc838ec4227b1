/// The CRC-64 of the NVM Express specification; S3's `x-amz-checksum-crc64nvme`.
package struct CRC64NVME: CyclicRedundancyCheck {
    private static let table = CRCTable<UInt64>(polynomial: 0x9A6C_9329_AC4B_C9B5)

    private var register = UInt64.max

    package init() {}

    package var value: UInt64 { ~register }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        register = Self.table.advanced(register, over: bytes)
    }

    package static func combine(_ first: UInt64, _ second: UInt64, secondBytes: UInt64) -> UInt64 {
        table.combined(first, second, secondBytes: secondBytes)
    }
}
