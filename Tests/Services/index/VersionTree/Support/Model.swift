import Domain
import Seeded

@testable import VersionTree

/// What a tree is meant to hold: a plain dictionary with its keys in order.
struct Model: Equatable {
    private(set) var values: [[UInt8]: [UInt8]] = [:]

    init() {}

    subscript(key: [UInt8]) -> [UInt8]? {
        get { values[key] }
        set { values[key] = newValue }
    }

    var keys: [[UInt8]] { values.keys.sorted { $0.lexicographicallyPrecedes($1) } }

    var puts: [TreeChange] { keys.map { TreeChange(key: $0, value: values[$0].map { $0[...] }) } }

    /// Applies changes with the same rule for equal identities as the tree.
    mutating func apply(_ changes: [TreeChange], _ rule: EqualIdentity = .keepsOld) throws {
        for change in changes {
            guard let value = change.value else {
                values[change.key] = nil
                continue
            }
            if rule == .keepsOld, let old = values[change.key],
                try EntryView(old).hasSameIdentity(as: EntryView(value))
            {
                continue
            }
            values[change.key] = Array(value)
        }
    }
}

/// Random keys, entries and changes.
struct Generator {
    var random: SeededGenerator

    init(_ seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Keys of a few shapes, so that some share long prefixes and some nothing.
    mutating func key() -> [UInt8] {
        switch random.below(4) {
        case 0: Array("t=\(random.below(4))/day=\(random.below(30))/part-\(random.below(400))".utf8)
        case 1: Array("k\(random.below(100_000))".utf8)
        case 2: (0..<1 + random.below(6)).map { _ in [0x00, 0x2F, 0x61, 0x62, 0xFF][random.below(5)] }
        default: Array("deep/\(String(repeating: "x", count: random.below(40)))\(random.below(300))".utf8)
        }
    }

    mutating func entry() -> [UInt8] {
        let checksum = String(repeating: "0123456789abcdef".randomElement(using: &random) ?? "0", count: 32)
        var entry = Entry(
            address: .relative("data/\(random.next())"), size: Int64(random.below(1_000)), checksum: checksum,
            modified: Int64(random.below(10)))
        if random.chance(1, in: 8) { entry.userMetadata = ["k": String(repeating: "v", count: random.below(300))] }
        if random.chance(1, in: 60) { entry.attributes = ["a": String(repeating: "v", count: random.below(3_000))] }
        return EntryCodec.encode(entry)
    }

    mutating func model(_ count: Int) -> Model {
        var model = Model()
        for _ in 0..<count { model[key()] = entry() }
        return model
    }

    /// Sorted changes: some new keys, some of the model's, some removed, some that change nothing.
    mutating func changes(_ count: Int, to model: Model) -> [TreeChange] {
        let keys = model.keys
        var changes: [[UInt8]: [UInt8]?] = [:]
        for _ in 0..<count {
            let key = !keys.isEmpty && random.chance(2, in: 3) ? keys[random.below(keys.count)] : key()
            switch random.below(8) {
            case 0...2: changes[key] = .some(nil)
            case 3: changes[key] = model[key] ?? entry()
            default: changes[key] = entry()
            }
        }
        return Self.sorted(changes)
    }

    /// Removes everything between two random keys, or appends at an end: what moves many nodes at once.
    mutating func rangeChange(to model: Model) -> [TreeChange] {
        let keys = model.keys
        guard !keys.isEmpty else { return [] }
        let first = random.below(keys.count)
        let last = first + random.below(keys.count - first)
        return keys[first...last].map { TreeChange(key: $0, value: nil) }
    }

    static func sorted(_ changes: [[UInt8]: [UInt8]?]) -> [TreeChange] {
        changes.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { TreeChange(key: $0.key, value: $0.value.map { $0[...] }) }
    }
}
