/// What to list.
package struct ListRequest: Sendable {
    /// Only keys that begin with it.
    package var prefix: [UInt8]
    /// Only rows behind this one, be it an object's key or a common prefix.
    package var after: [UInt8]?
    /// Keys that have it behind the prefix fold into one row; empty for none.
    package var delimiter: [UInt8]
    /// The most rows to list.
    package var amount: Int

    package init(prefix: [UInt8] = [], after: [UInt8]? = nil, delimiter: [UInt8] = [], amount: Int) {
        self.prefix = prefix
        self.after = after
        self.delimiter = delimiter
        self.amount = amount
    }

    /// The prefix that a key folds into: up to and including the first delimiter behind the prefix.
    package func commonPrefix(of key: [UInt8]) -> [UInt8]? {
        guard !delimiter.isEmpty, key.count >= prefix.count + delimiter.count, key.starts(with: prefix) else {
            return nil
        }
        for start in prefix.count...key.count - delimiter.count
        where key[start] == delimiter[0] && key[start..<start + delimiter.count].elementsEqual(delimiter) {
            return Array(key[..<(start + delimiter.count)])
        }
        return nil
    }
}
