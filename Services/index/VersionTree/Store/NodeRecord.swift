import CLinux
import Glibc

/// A node as it lies in a `NodeFile`: its bytes, then a seal of 56.
///
/// | bytes | seal, in the machine's order |
/// |---|---|
/// | 32 | hash |
/// | 4 each | level, rows, where the rows end, length of the node |
/// | 8 | check over the seal so far and the node |
struct NodeRecord: Sendable {
    /// Records begin at multiples of this, in bytes.
    static let unit = 512
    private static let sealBytes = 56
    private static let checkedBytes = 48

    private let key: KeyHash

    /// - Parameter salt: of this file alone.
    init(_ salt: Salt) { key = KeyHash(salt) }

    enum Read {
        case node(Node)
        /// The disk would have to be waited for; it will be in memory some time.
        case notInMemory
        /// Altered, or another node's by now.
        case damaged
    }

    static func units(_ node: Node) -> Int { (node.bytes.count + sealBytes + unit - 1) / unit }

    private func check(_ seal: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        key.base(UnsafeRawBufferPointer(rebasing: seal[..<Self.checkedBytes])) &+ key.base(bytes)
    }

    /// - Parameter start: in units.
    /// - Returns: whether all of it was written.
    func write(_ node: Node, _ descriptor: CInt, at start: Int) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: Self.sealBytes, alignment: 8) { seal in
            node.bytes.withUnsafeBytes { bytes in
                withUnsafeBytes(of: node.hash) { seal.copyMemory(from: $0) }
                for (index, number) in [node.level, node.count, node.rowsEnd, node.bytes.count].enumerated() {
                    seal.storeBytes(of: UInt32(clamping: number), toByteOffset: 32 + 4 * index, as: UInt32.self)
                }
                let sum = check(UnsafeRawBufferPointer(seal), bytes)
                seal.storeBytes(of: sum, toByteOffset: Self.checkedBytes, as: UInt64.self)
                var parts = [
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count),
                    iovec(iov_base: seal.baseAddress, iov_len: seal.count),
                ]
                return pwritev(descriptor, &parts, 2, off_t(start * Self.unit)) == seal.count + bytes.count
            }
        }
    }

    /// - Parameters:
    ///   - start: in units.
    ///   - length: of the node.
    func read(_ descriptor: CInt, at start: Int, length: Int, _ hash: NodeHash) -> Read {
        withUnsafeTemporaryAllocation(byteCount: Self.sealBytes, alignment: 8) { seal in
            let size = length + Self.sealBytes
            let offset = off_t(start * Self.unit)
            let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, used in
                guard let base = buffer.baseAddress, tarn_read_cached(descriptor, base, size, offset) == size else {
                    return
                }
                seal.copyMemory(from: UnsafeRawBufferPointer(start: base + length, count: Self.sealBytes))
                used = length
            }
            guard !bytes.isEmpty else {
                posix_fadvise(descriptor, offset, off_t(size), POSIX_FADV_WILLNEED)
                return .notInMemory
            }
            func number(_ index: Int) -> Int { Int(seal.load(fromByteOffset: 32 + 4 * index, as: UInt32.self)) }
            let sum = bytes.withUnsafeBytes { check(UnsafeRawBufferPointer(seal), $0) }
            let isThis = withUnsafeBytes(of: hash) { $0.elementsEqual(seal[..<$0.count]) }
            guard isThis, number(3) == length, seal.load(fromByteOffset: Self.checkedBytes, as: UInt64.self) == sum
            else { return .damaged }
            return .node(Node(known: bytes, hash: hash, level: number(0), count: number(1), rowsEnd: number(2)))
        }
    }
}
