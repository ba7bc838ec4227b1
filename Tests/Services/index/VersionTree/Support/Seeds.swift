import Seeded

extension SeededGenerator {
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
