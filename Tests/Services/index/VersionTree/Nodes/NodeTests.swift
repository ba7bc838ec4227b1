import Cryptography
import Domain
import Seeded
import Testing

@testable import VersionTree

@Suite struct NodeTests {
    static func leaf(_ rows: [(key: String, value: [UInt8])]) throws -> Node {
        var writer = NodeWriter(level: 0)
        var previous: [UInt8] = []
        for row in rows {
            let key = Array(row.key.utf8)
            try key.withUnsafeBytes { key in
                try previous.withUnsafeBytes { previous in
                    try row.value.withUnsafeBytes { try writer.append(key, after: previous, $0) }
                }
            }
            previous = key
        }
        return writer.finish().node
    }

    /// The least value a leaf takes: format, identity section of two bytes, size.
    static func value(_ size: UInt8) -> [UInt8] { [1, 2, 2, size] }

    static func inner() throws -> Node {
        var writer = NodeWriter(level: 1)
        let rows = [("m", true, 7), ("mn", false, 300)]
        var previous: [UInt8] = []
        for (name, isNatural, entries) in rows {
            let key = Array(name.utf8)
            let child = ChildRow(
                isNatural: isNatural, hash: Node.empty.hash, summary: Summary(entries: Int64(entries), bytes: 1))
            try key.withUnsafeBytes { key in
                try previous.withUnsafeBytes { previous in
                    try child.encoded.withUnsafeBytes { try writer.append(key, after: previous, $0) }
                }
            }
            previous = key
        }
        return writer.finish().node
    }

    @Test("the bytes of nodes never change")
    func golden() throws {
        #expect(Hex.encode(Node.empty.bytes) == "0100000000000000")
        #expect(Node.empty.hash.hex == "7c9fa136d4413fa6173637e883b6998d32e1d675f88cddff9dcbcf331820f4b8")
        let leaf = try Self.leaf([("a/1", Self.value(1)), ("a/25", Self.value(2)), ("b", Self.value(3))])
        #expect(
            Hex.encode(leaf.bytes) == "0100000003000000" + "000304" + "612f31" + "01020201" + "020204" + "3235"
                + "01020202" + "000104" + "62" + "01020203" + "08000000")
        let empty = Node.empty.hash.hex
        let inner = try Self.inner()
        #expect(
            Hex.encode(inner.bytes) == "0101000002000000" + "000123" + "6d" + "01" + empty + "0701"
                + "010124" + "6e" + "00" + empty + "ac0201" + "08000000")
    }

    private static let many: [(key: String, value: [UInt8])] = (0..<40).map {
        (key: "folder/\($0 + 100)", value: value(UInt8($0)))
    }

    @Test("a byte cut off or altered anywhere is found, and the node refused")
    func damageIsFound() throws {
        for node in [try Self.leaf(Self.many), try Self.inner(), Node.empty] {
            for count in 0..<node.bytes.count {
                #expect(throws: TreeError.corruptNode(node.hash, reason: "its bytes have another hash")) {
                    try Node(Array(node.bytes.prefix(count)), named: node.hash)
                }
            }
            for position in node.bytes.indices {
                var altered = node.bytes
                altered[position] ^= 0x10
                #expect(throws: TreeError.self) { try Node(altered, named: node.hash) }
            }
            #expect(try Node(node.bytes, named: node.hash).count == node.count)
        }
    }

    @Test(
        "bytes that are no node are refused even under their true name; what is let in can be read",
        arguments: Seeds.all)
    func formIsChecked(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for original in [try Self.leaf(Self.many), try Self.inner()] {
            for count in 0..<original.bytes.count {
                let cut = Array(original.bytes.prefix(count))
                #expect(throws: TreeError.self) { try Node(cut, named: SHA256.hash(cut)) }
            }
            for _ in 0..<4_000 {
                var bytes = original.bytes
                for _ in 0...random.below(3) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
                guard let node = try? Node(bytes, named: SHA256.hash(bytes)) else { continue }
                var row = RowCursor(node)
                var previous: [UInt8] = []
                while row.isValid {
                    #expect(previous.lexicographicallyPrecedes(row.key))
                    previous = row.key
                    #expect(previous.withUnsafeBytes { node.lowerBound($0).isEqual })
                    row.advance()
                }
            }
        }
    }

    @Test("a search finds the first row that is not less, wherever restarts lie", arguments: Seeds.all)
    func lowerBound(seed: UInt64) throws {
        var generator = Generator(seed)
        for count in [0, 1, 15, 16, 17, 33, 200] {
            let model = generator.model(count)
            let keys = model.keys
            var buffer = RowBuffer(level: 0, keyHash: KeyHash(Fixture.salt(1)))
            for key in keys {
                let value = model[key] ?? []
                key.withUnsafeBytes { key in value.withUnsafeBytes { buffer.append(key, $0) } }
            }
            let node = keys.isEmpty ? Node.empty : try buffer.node(through: keys.count - 1).node
            #expect(try Node(node.bytes, named: node.hash).count == keys.count)
            var targets = keys + keys.map { $0 + [0] } + keys.map { Array($0.dropLast()) } + [[]]
            for _ in 0..<100 { targets.append(generator.key()) }
            for target in targets {
                let place = target.withUnsafeBytes { node.lowerBound($0) }
                let expected = keys.firstIndex { !$0.lexicographicallyPrecedes(target) } ?? keys.count
                #expect(place.index == expected)
                #expect(place.isEqual == (expected < keys.count && keys[expected] == target))
                let row = RowCursor(node, at: expected)
                if expected < keys.count {
                    #expect(row.key == keys[expected])
                    #expect(Array(node.bytes[place.payload]) == model[keys[expected]])
                }
            }
        }
    }

    @Test("sums of sizes stay at the greatest number instead of running over")
    func summarySaturates() {
        var sum = Summary(entries: 1, bytes: .max - 1)
        sum.add(Summary(entries: 1, bytes: 5))
        #expect(sum == Summary(entries: 2, bytes: .max))
    }
}
