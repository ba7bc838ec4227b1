import Testing

@testable import Gateway

@Suite("Caches")
struct CacheTests {
    @Test("a full cache forgets what was not asked for")
    func generations() {
        var cache = GenerationalCache<Int, String>(capacity: 8)
        cache.set("kept", for: 0)
        for key in 1...100 {
            cache.set("\(key)", for: key)
            #expect(cache.value(0) == "kept")
            #expect(cache.count <= 8)
        }
        #expect(cache.value(1) == nil)
        #expect(cache.value(100) == "100")
        cache.remove(100)
        #expect(cache.value(100) == nil)
        cache.set("new", for: 0)
        #expect(cache.value(0) == "new")
    }
}
