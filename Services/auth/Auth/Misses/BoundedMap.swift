/// A dictionary that forgets its oldest half when it is full.
struct BoundedMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let generation: Int

    /// - Parameter capacity: the greatest number of keys held.
    init(capacity: Int) {
        generation = max(1, capacity / 2)
    }

    subscript(key: Key) -> Value? {
        get { young[key] ?? old[key] }
        set {
            old[key] = nil
            young[key] = newValue
            if young.count >= generation { (old, young) = (young, [:]) }
        }
    }

    var count: Int { young.count + old.count }
}
