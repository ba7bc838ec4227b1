import Domain
import Seeded
import VersionTree

extension SeededGenerator {
    mutating func hex(_ digits: Int) -> [UInt8] {
        let alphabet = Array("0123456789abcdef".utf8)
        return (0..<digits).map { _ in alphabet[below(16)] }
    }
}

/// Keys and entries as a data lake has them: Hive partitions by day, 100 Parquet files in each.
enum Content {
    static func key(_ number: Int, _ random: inout SeededGenerator) -> [UInt8] {
        let (part, day) = (number % 100, number / 100)
        let date =
            "year=\(digits(2_000 + day / 360, 4))/month=\(digits(day / 30 % 12 + 1, 2))/day=\(digits(day % 30 + 1, 2))"
        return Array("table=events/\(date)/part-\(digits(part, 5))-".utf8) + random.hex(32) + Array(".parquet".utf8)
    }

    private static func digits(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    static func value(_ random: inout SeededGenerator) -> ArraySlice<UInt8> {
        let id = String(decoding: random.hex(26), as: UTF8.self)
        let entry = Entry(
            address: .relative("data/2026-11-22T19/\(id)"), size: Int64(random.below(100_000_000)),
            checksum: String(decoding: random.hex(32), as: UTF8.self),
            modified: 1_795_000_000_000 + Int64(random.below(1_000_000_000)))
        return EntryCodec.encode(entry)[...]
    }

    /// New values for some of the keys, spread evenly at random.
    static func updates(_ amount: Int, of keys: [[UInt8]], _ random: inout SeededGenerator) -> [TreeChange] {
        var numbers: Set<Int> = []
        while numbers.count < amount { numbers.insert(random.below(keys.count)) }
        return numbers.sorted().map { TreeChange(key: keys[$0], value: value(&random)) }
    }
}
