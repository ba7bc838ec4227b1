import VersionTree

/// A key that two sides of a comparison show differently.
struct Change: Sendable {
    let key: [UInt8]
    /// Nil where it is not there.
    let left: EntryView?
    let right: EntryView?
    /// Both sides changed it, in different ways.
    var isConflict = false

    /// Whether two sides show the same content.
    static func isSame(_ left: EntryView?, _ right: EntryView?) throws -> Bool {
        switch (left, right) {
        case (nil, nil): true
        case (let left?, let right?): try left.hasSameIdentity(as: right)
        default: false
        }
    }
}

/// Changes in ascending order of keys, pulled one by one. Used by one task at a time.
protocol ChangeSource: AnyObject {
    func next() async throws -> Change?
    /// Goes on at the first change whose key is not less. Only forward.
    func seek(to key: [UInt8]) async throws
}

extension ChangeSource {
    /// What makes the left side the right one, in batches; nil at the end.
    func nextBatch() async throws -> [TreeChange]? {
        var batch: [TreeChange] = []
        while batch.count < 512, let change = try await next() {
            batch.append(TreeChange(key: change.key, value: change.right?.bytes))
        }
        return batch.isEmpty ? nil : batch
    }
}
