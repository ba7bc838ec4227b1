import VersionTree
import Wire

/// What settles the conflicts of a merge: first the resolutions of single paths, then a strategy for all others.
struct ConflictRules: Sendable {
    private let resolutions: [[UInt8]: MergeSide]
    private let strategy: MergeSide?

    /// Settles nothing.
    static let none = ConflictRules(nil)

    init(_ strategy: MergeStrategy?) {
        resolutions = [:]
        self.strategy = strategy?.side
    }

    /// - Throws: `invalidArgument` for a path given twice, or too many.
    init(_ resolutions: [ConflictResolution], _ strategy: MergeStrategy?) throws {
        guard resolutions.count <= MergeBranch.maxResolutions else {
            throw RPCError.invalid("resolutions", "a merge takes at most \(MergeBranch.maxResolutions) resolutions")
        }
        // By bytes: two texts that read alike are two paths.
        var sides: [[UInt8]: MergeSide] = [:]
        for resolution in resolutions {
            guard sides.updateValue(resolution.take.side, forKey: Array(resolution.path.utf8)) == nil else {
                throw RPCError.invalid("resolutions", "'\(resolution.path)' is resolved twice")
            }
        }
        self.resolutions = sides
        self.strategy = strategy?.side
    }

    /// Nil where nothing settles it.
    func side(of key: [UInt8]) -> MergeSide? { resolutions[key] ?? strategy }
}

extension MergeStrategy {
    fileprivate var side: MergeSide {
        switch self {
        case .sourceWins: .source
        case .destinationWins: .destination
        }
    }
}

extension ConflictChoice {
    fileprivate var side: MergeSide {
        switch self {
        case .source: .source
        case .destination: .destination
        case .delete: .neither
        }
    }
}
