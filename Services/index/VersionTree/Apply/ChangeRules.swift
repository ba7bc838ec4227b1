/// What makes a put a change.
enum ChangeRules {
    case entries(EqualIdentity)
    /// Rows of inner nodes.
    case children

    /// Whether the old payload stays although a new one is put.
    func keeps(_ old: ArraySlice<UInt8>, over new: ArraySlice<UInt8>) throws(TreeError) -> Bool {
        switch self {
        case .entries(.keepsOld): try EntryView(old).hasSameIdentity(as: EntryView(new))
        case .entries(.takesNew), .children: Bytes.equal(old, new)
        }
    }
}
