/// One application of changes: an editor for each level, and the nodes that wait to be saved.
final class ApplyRun {
    /// Nodes are saved in batches of about so many bytes.
    static let maxUnsavedBytes = 2 * 1_024 * 1_024
    /// Changes whose ways down the tree are fetched together.
    static let maxChangesPerStep = 256

    private let tree: Tree
    private let equalIdentity: EqualIdentity
    private let reader: NodeReader
    private let oldRoot: Node
    private var editors: [LevelEditor] = []
    private var unsaved: [Node] = []
    private var unsavedBytes = 0
    private var lastKey: [UInt8] = []
    private var applied: Applied
    /// Counts of inner rows, which nobody asks for.
    private var ignored: Applied

    init(_ tree: Tree, root: NodeHash, equalIdentity: EqualIdentity) async throws {
        self.tree = tree
        self.equalIdentity = equalIdentity
        reader = NodeReader(tree.nodes)
        oldRoot = try await reader.root(root)
        applied = Applied(root: root)
        ignored = applied
    }

    /// Takes changes, which come behind all before them.
    func process(_ changes: [TreeChange]) async throws {
        for start in stride(from: 0, to: changes.count, by: Self.maxChangesPerStep) {
            let step = changes[start..<min(start + Self.maxChangesPerStep, changes.count)]
            for change in step { try check(change) }
            if oldRoot.level > 0 { try await reader.holdPaths(from: oldRoot, to: step.map(\.key)[...]) }
            let editor = try await editor(0)
            var rest = step
            while true {
                rest = rest.dropFirst(try editor.processReady(rest, &applied))
                guard let change = rest.popFirst() else { break }
                try await editor.process(change, &applied)
            }
            try await passUp(from: 0)
            try await save(ifMoreThan: Self.maxUnsavedBytes)
            // Much that is cached is done without a pause; others want to run, too.
            await Task.yield()
        }
    }

    private func check(_ change: TreeChange) throws(TreeError) {
        let key = change.key
        guard (1...Limits.maxKeyBytes).contains(key.count) else { throw TreeError.invalidKey(bytes: key.count) }
        guard Bytes.isLess(lastKey, key) else { throw TreeError.unsortedChanges }
        lastKey = key
        guard let value = change.value else { return }
        guard value.count <= Limits.maxValueBytes else { throw TreeError.valueTooLong(bytes: value.count) }
        _ = try EntryView(value).size
    }

    private func editor(_ level: Int) async throws -> LevelEditor {
        guard level == editors.count else { return editors[level] }
        let editor = LevelEditor(
            level: level, chunking: tree.chunking, reader: reader,
            rules: level == 0 ? .entries(equalIdentity) : .children,
            path: try await LevelPath(oldRoot, level: level, reader))
        editors.append(editor)
        return editor
    }

    /// Brings what has become of a level into the ones above.
    private func passUp(from first: Int) async throws {
        var level = first
        while level < editors.count {
            for node in editors[level].takeWritten() {
                unsaved.append(node)
                unsavedBytes += node.bytes.count
            }
            let changes = editors[level].takeOutput()
            guard !changes.isEmpty else { return }
            level += 1
            let parent = try await editor(level)
            for change in changes { try await parent.process(change, &ignored) }
        }
    }

    private func save(ifMoreThan bytes: Int) async throws {
        guard unsavedBytes > bytes else { return }
        applied.nodesWritten += unsaved.count
        applied.bytesWritten += unsavedBytes
        let nodes = unsaved
        unsaved = []
        unsavedBytes = 0
        try await tree.nodes.save(nodes)
    }

    func finish() async throws -> Applied {
        var level = 0
        finishing: while level < editors.count {
            switch try await editors[level].finish() {
            case .unchanged: break finishing
            case .empty:
                applied.root = Tree.emptyRoot
                break finishing
            case .sole(let hash):
                applied.root = hash
                break finishing
            case .many:
                try await passUp(from: level)
                level += 1
            }
        }
        try await save(ifMoreThan: 0)
        return applied
    }
}
