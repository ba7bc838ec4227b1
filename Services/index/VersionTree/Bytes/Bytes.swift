import Glibc

/// Comparing bytes.
enum Bytes {
    /// Below zero, zero or above, as `left` comes before, is or comes behind `right`.
    @inline(__always)
    static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let common = min(left.count, right.count)
        if common > 0, let leftBase = left.baseAddress, let rightBase = right.baseAddress {
            let order = memcmp(leftBase, rightBase, common)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }

    static func isLess(_ left: [UInt8], _ right: UnsafeRawBufferPointer) -> Bool {
        left.withUnsafeBytes { compare($0, right) < 0 }
    }

    static func isLess(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { compare(left, $0) < 0 } }
    }

    static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        left.withUnsafeBytes { left in right.withUnsafeBytes { compare(left, $0) } }
    }

    static func equal(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { compare(left, $0) == 0 } }
    }

    /// How many bytes at their beginnings are the same.
    @inline(__always)
    static func sharedPrefix(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let common = min(left.count, right.count)
        var index = 0
        if common >= 512, let leftBase = left.baseAddress, let rightBase = right.baseAddress {
            while index + 256 <= common, memcmp(leftBase + index, rightBase + index, 256) == 0 { index += 256 }
        }
        while index + 8 <= common {
            let difference =
                left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                ^ right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if difference != 0 { return index + UInt64(littleEndian: difference).trailingZeroBitCount / 8 }
            index += 8
        }
        while index < common, left[index] == right[index] { index += 1 }
        return index
    }

    /// The least key that is greater than every key that begins with `prefix`; `nil` if there is none.
    static func successor(ofPrefix prefix: [UInt8]) -> [UInt8]? {
        var bound = prefix
        while let last = bound.last {
            bound.removeLast()
            if last < 0xFF {
                bound.append(last + 1)
                return bound
            }
        }
        return nil
    }
}
