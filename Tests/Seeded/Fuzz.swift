import Glibc

/// How long fuzzing runs: short in the ordinary test run, and `TARN_FUZZ` times as long where that is set.
package enum Fuzz {
    package static let factor: Int = getenv("TARN_FUZZ").flatMap { Int(String(cString: $0)) }.map { max(1, $0) } ?? 1

    /// Two seeds that are always the same, so that a change is what breaks a test, and one that never is.
    package static let seeds: [UInt64] = [1, 2, UInt64.random(in: 0 ... .max)]
}

extension SeededGenerator {
    /// Some of `bytes` changed, left out, repeated, or replaced by one of `pieces`.
    package mutating func mutated(_ bytes: [UInt8], _ pieces: [String], changes: Int = 4) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(changes) {
            let place = below(bytes.count + 1)
            let end = min(bytes.count, place + 1 + below(8))
            switch below(7) {
            case 0: bytes.insert(contentsOf: (pieces.randomElement(using: &self) ?? "").utf8, at: place)
            case 1: bytes.replaceSubrange(place..<end, with: Array((pieces.randomElement(using: &self) ?? "").utf8))
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count + 1))
            case 4 where place < bytes.count: bytes[place] = UInt8(below(256))
            case 5 where place < bytes.count: bytes[place] ^= UInt8(1 << below(8))
            case 6 where below(8) == 0: bytes.removeSubrange(place...)
            default: break
            }
        }
        return bytes
    }

    /// Where to cut so many bytes into pieces, in ascending order.
    package mutating func cuts(of count: Int) -> [Int] {
        guard count > 1 else { return [] }
        return Set((0..<below(6)).map { _ in 1 + below(count - 1) }).sorted()
    }
}
