import VersionTree

/// `measure-tree ENTRIES [WINDOWS-IN-KIB [OPERATIONS]]`, lists separated by commas.
@main struct Measure {
    static func main() async throws {
        var arguments = CommandLine.arguments.dropFirst()
        let count = arguments.popFirst().flatMap { Int($0) } ?? 100_000
        let windows = arguments.popFirst()?.split(separator: ",").compactMap { Int($0) } ?? []
        let operations = Set((arguments.popFirst() ?? "").split(separator: ",").map(String.init))
        for window in windows.isEmpty ? [Chunking.defaultWindowBytes / 1_024] : windows {
            print("\(count) entries, window \(window) KiB")
            var measurement = Measurement(count: count, window: window * 1_024)
            try await measurement.run(operations)
        }
    }
}
