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
