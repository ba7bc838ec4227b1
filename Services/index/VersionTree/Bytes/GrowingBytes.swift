/// Bytes that are added at the end and used again and again, without the cost of an array's every appending.
struct GrowingBytes {
    /// Longer than what it holds.
    private var storage: [UInt8] = []
    private(set) var count = 0

    init(reserving capacity: Int = 0) { reserve(capacity) }

    /// Makes room for so many more.
    mutating func reserve(_ more: Int) {
        guard count + more > storage.count else { return }
        let size = max(count + more, 2 * storage.count)
        storage.append(contentsOf: repeatElement(0, count: size - storage.count))
    }

    mutating func append(_ source: UnsafeRawBufferPointer) {
        reserve(source.count)
        let start = count
        storage.withUnsafeMutableBytes { storage in
            UnsafeMutableRawBufferPointer(rebasing: storage[start..<start + source.count]).copyMemory(from: source)
        }
        count += source.count
    }

    mutating func append(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
        reserve(first.count + second.count)
        let start = count
        storage.withUnsafeMutableBytes { storage in
            let middle = start + first.count
            UnsafeMutableRawBufferPointer(rebasing: storage[start..<middle]).copyMemory(from: first)
            UnsafeMutableRawBufferPointer(rebasing: storage[middle..<middle + second.count]).copyMemory(from: second)
        }
        count = start + first.count + second.count
    }

    mutating func appendVarint(_ value: UInt64) {
        reserve(10)
        var at = count
        storage.withUnsafeMutableBytes { storage in
            var rest = value
            while rest >= 0x80 {
                storage[at] = UInt8(truncatingIfNeeded: rest) | 0x80
                rest >>= 7
                at += 1
            }
            storage[at] = UInt8(truncatingIfNeeded: rest)
        }
        count = at + 1
    }

    mutating func append(_ value: UInt32) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append($0) }
    }

    /// Writes over what is there.
    mutating func overwrite(at offset: Int, with value: UInt32) {
        storage.withUnsafeMutableBytes { storage in
            storage.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
        }
    }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    /// Lets the first ones go; the rest moves to the front.
    mutating func removeFirst(_ amount: Int) {
        let rest = count - amount
        storage.withUnsafeMutableBytes { storage in
            UnsafeMutableRawBufferPointer(rebasing: storage[..<rest])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[amount..<amount + rest]))
        }
        count = rest
    }

    mutating func removeAll() { count = 0 }

    /// A copy that takes just the room it needs.
    var array: [UInt8] { withUnsafeBytes { Array($0) } }
}
