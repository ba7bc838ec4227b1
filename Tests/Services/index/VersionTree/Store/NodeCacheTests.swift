import Testing

@testable import VersionTree

@Suite struct NodeCacheTests {
    private static func node(_ number: Int) throws -> Node {
        try NodeTests.leaf([("key\(number)", NodeTests.value(1))])
    }

    @Test("what is used stays, what is not goes, and the bytes are never exceeded")
    func clock() throws {
        let hot = try Self.node(-1)
        let cost = hot.bytes.count + NodeCache.overheadBytesPerNode
        let cache = NodeCache(maxBytes: 10 * (cost + 8))
        cache.insert([hot])
        for number in 0..<500 {
            cache.insert([try Self.node(number)])
            #expect(cache.node(hot.hash) != nil)
            #expect(cache.bytes <= cache.maxBytes)
        }
        let (first, last) = (try Self.node(0), try Self.node(499))
        #expect(cache.node(first.hash) == nil)
        #expect(cache.node(last.hash) != nil)
        #expect(cache.counts.evictions >= 490)
    }

    @Test("when it is full of what nobody uses any more, that goes for what is new, not one new node for the next")
    func newNodes() throws {
        let old = try (100..<120).map { try Self.node($0) }
        let new = try (200..<210).map { try Self.node($0) }
        let cache = NodeCache(maxBytes: old.reduce(0) { $0 + $1.bytes.count + NodeCache.overheadBytesPerNode })
        cache.insert(old)
        for node in old { #expect(cache.node(node.hash) != nil) }
        cache.insert(new)
        #expect(new.allSatisfy { cache.node($0.hash) != nil })
        #expect(cache.counts.evictions == 10)
    }

    @Test("a node greater than the whole cache is not kept, and nothing goes for it")
    func tooGreat() throws {
        let small = try Self.node(1)
        let cache = NodeCache(maxBytes: small.bytes.count + NodeCache.overheadBytesPerNode)
        cache.insert([small, try NodeTests.leaf((10..<99).map { ("key\($0)", NodeTests.value(1)) })])
        #expect(cache.node(small.hash) != nil)
        #expect(cache.counts.evictions == 0)
    }

    @Test("a cache of no bytes keeps nothing")
    func none() throws {
        let cache = NodeCache(maxBytes: 0)
        cache.insert([try Self.node(1)])
        #expect(cache.bytes == 0)
    }
}
