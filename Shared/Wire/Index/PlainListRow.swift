import Cryptography
package import JSONCodec

/// Writes rows of a listing, as `ListRow` reads them, from parts as they are stored.
///
/// For a thousand rows a page: no strings, and one copy a row.
package struct PlainListRows: ~Copyable {
    private var scratch: UnsafeMutableRawBufferPointer

    package init() { scratch = .allocate(byteCount: 1_024, alignment: 1) }

    deinit { scratch.deallocate() }

    /// - Parameters:
    ///   - path: UTF-8, as the caller has validated.
    ///   - md5: 16 bytes.
    /// - Returns: false, having written nothing, where a text needs an escape or the address is not ASCII.
    package mutating func write(
        path: UnsafeRawBufferPointer, size: Int64, md5: UnsafeRawBufferPointer, address: UnsafeRawBufferPointer,
        modified: Int64, to writer: inout JSONWriter
    ) -> Bool {
        guard size >= 0, modified >= 0, JSONText.isPlain(path), JSONText.isPlainASCII(address) else { return false }
        let needed = path.count + 2 * md5.count + address.count + 64
        if scratch.count < needed {
            scratch.deallocate()
            scratch = .allocate(byteCount: needed * 2, alignment: 1)
        }
        var output = Output(scratch)
        output.text("[\"")
        output.bytes(path)
        output.text("\",")
        output.number(UInt64(size))
        output.text(",\"")
        output.hex(md5)
        output.text("\",\"")
        output.bytes(address)
        output.text("\",")
        output.number(UInt64(modified))
        output.text("]")
        writer.raw(UnsafeRawBufferPointer(rebasing: scratch[..<output.count]))
        return true
    }

    /// Memory that was measured to hold what is written.
    private struct Output {
        private let memory: UnsafeMutableRawBufferPointer
        private(set) var count = 0

        init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

        mutating func text(_ text: StaticString) {
            text.withUTF8Buffer { bytes(UnsafeRawBufferPointer($0)) }
        }

        mutating func bytes(_ bytes: UnsafeRawBufferPointer) {
            UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
            count += bytes.count
        }

        mutating func hex(_ bytes: UnsafeRawBufferPointer) {
            Hex.encode(bytes, into: UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
            count += 2 * bytes.count
        }

        mutating func number(_ number: UInt64) {
            var rest = number
            var length = 1
            while rest >= 10 {
                rest /= 10
                length += 1
            }
            rest = number
            for place in (count..<count + length).reversed() {
                memory[place] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
                rest /= 10
            }
            count += length
        }
    }
}
