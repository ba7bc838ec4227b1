import Seeded
import Testing

@testable import VersionTree

@Suite struct ListingTests {
    /// A listing by the definition, from every visible key.
    static func expected(_ keys: [[UInt8]], _ request: ListRequest) -> (rows: [[UInt8]], hasMore: Bool) {
        var rows: [[UInt8]] = []
        for key in keys where key.starts(with: request.prefix) {
            var row = key
            if !request.delimiter.isEmpty {
                let rest = key.dropFirst(request.prefix.count)
                for start in rest.indices where rest[start...].starts(with: request.delimiter) {
                    row = Array(key[..<(start + request.delimiter.count)])
                    break
                }
            }
            if let after = request.after {
                // A folded row stands for keys behind it, so what counts is the key, but for the row itself.
                guard after.lexicographicallyPrecedes(key), row != after else { continue }
            }
            if rows.last != row { rows.append(row) }
        }
        return (Array(rows.prefix(request.amount)), rows.count > request.amount)
    }

    @Test("layers of puts and tombstones over a tree list like the map they make", arguments: Seeds.all)
    func overlaysMatchModel(seed: UInt64) async throws {
        var generator = Generator(seed)
        let fixture = Fixture()
        var model = generator.model(generator.random.below(500))
        let root = try await fixture.build(model)
        var layers: [[TreeChange]] = []
        for _ in 0..<generator.random.below(4) {
            var layer = generator.changes(generator.random.below(120), to: model)
            if generator.random.chance(1, in: 3) { layer = generator.rangeChange(to: model) }
            layers.insert(layer, at: 0)
            try model.apply(layer, .takesNew)
        }
        func overlay() -> OverlayCursor {
            OverlayCursor(
                newestFirst: layers.map { SortedRows($0) as any OverlaySource } + [fixture.uncached.cursor(root)])
        }
        let keys = model.keys
        let whole = overlay()
        try await whole.seek(to: [])
        for key in keys {
            try #require(whole.key == key)
            #expect(whole.value.map { Array($0) } == model[key])
            try await whole.advance()
        }
        #expect(whole.key == nil)

        for _ in 0..<40 {
            let key = generator.key()
            let delimiters: [[UInt8]] = [[], Array("/".utf8), Array("xx".utf8), [0xFF], Array("t=".utf8)]
            let request = ListRequest(
                prefix: Array(key.prefix(generator.random.below(4))),
                after: generator.random.chance(1, in: 2) ? generator.key() : nil,
                delimiter: delimiters[generator.random.below(delimiters.count)],
                amount: 1 + generator.random.below(30))
            let page = try await overlay().page(request)
            let expected = Self.expected(keys, request)
            #expect(page.rows.map(\.key) == expected.rows, "\(request)")
            #expect(page.hasMore == expected.hasMore)
            for case .object(let key, let entry) in page.rows { #expect(Array(entry.bytes) == model[key]) }
        }
    }

    @Test("pages, each going on behind the last row, add up to the whole", arguments: Seeds.all)
    func pagesAddUp(seed: UInt64) async throws {
        var generator = Generator(seed)
        let fixture = Fixture()
        let model = generator.model(400)
        let root = try await fixture.build(model)
        for delimiter in ["", "/", "-", "ay"] {
            let all = Self.expected(model.keys, ListRequest(delimiter: Array(delimiter.utf8), amount: 10_000)).rows
            var listed: [[UInt8]] = []
            var request = ListRequest(delimiter: Array(delimiter.utf8), amount: 1 + generator.random.below(40))
            while true {
                let page = try await OverlayCursor(newestFirst: [fixture.tree.cursor(root)]).page(request)
                listed += page.rows.map(\.key)
                guard page.hasMore else { break }
                request.after = page.rows.last?.key
            }
            #expect(listed == all)
        }
    }

    @Test("what folds into a common prefix is not read")
    func foldingJumps() async throws {
        let fixture = Fixture()
        var generator = Generator(3)
        var model = Model()
        for folder in 0..<4 {
            for file in 0..<600 { model[Array("folder\(folder)/\(file)".utf8)] = generator.entry() }
        }
        let root = try await fixture.build(model)
        fixture.store.resetCounts()
        let cursor = OverlayCursor(newestFirst: [fixture.uncached.cursor(root)])
        let page = try await cursor.page(ListRequest(delimiter: Array("/".utf8), amount: 100))
        #expect(page.rows.map { String(decoding: $0.key, as: UTF8.self) } == (0..<4).map { "folder\($0)/" })
        let height = try await fixture.ends(root).count
        #expect(fixture.store.counts.nodesLoaded <= 5 * height)
    }
}
