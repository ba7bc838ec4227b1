/// Reproducible random numbers (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    mutating func chance(_ numerator: Int, in denominator: Int) -> Bool { below(denominator) < numerator }
}

/// The seeds of a random test: fixed ones, and one that is new in every run. A failing test shows its argument, the seed;
/// `TARN_SEED` sets it.
enum Seeds {
    static let all: [UInt64] = [1, 2, 3] + [fresh]

    private static let fresh: UInt64 = {
        let seed = setting("TARN_SEED").flatMap(UInt64.init) ?? UInt64.random(in: 1_000...UInt64.max)
        print("VersionTreeTests: TARN_SEED=\(seed)")
        return seed
    }()
}
