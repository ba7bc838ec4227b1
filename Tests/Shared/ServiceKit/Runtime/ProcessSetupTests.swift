import CLinux
import Glibc
import Testing

@testable import ServiceKit

@Suite(.serialized) struct ProcessSetupTests {
    @Test("memory that was freed between what is in use goes back to the system")
    func givesBack() async throws {
        ProcessSetup.keepFreedMemory()
        // Of every second piece the heap can give nothing back by itself.
        var pieces: [UnsafeMutableRawPointer?] = (0..<8_192).map { _ in
            let piece = malloc(16_000)
            if let piece { memset(piece, 1, 16_000) }
            return piece
        }
        for place in stride(from: 0, to: pieces.count, by: 2) {
            free(pieces[place])
            pieces[place] = nil
        }
        defer { pieces.forEach { free($0) } }
        let before = try Self.resident()
        #expect(tarn_freed() > 60 << 20)
        let tidying = Task { await ProcessSetup.giveBackFreedMemory(every: .milliseconds(20), over: 16 << 20) }
        defer { tidying.cancel() }
        // Others run beside this test and take memory of their own.
        for _ in 0..<500 where try Self.resident() > before - (20 << 20) {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try Self.resident() <= before - (20 << 20))
    }

    /// Bytes of this process in memory.
    private static func resident() throws -> Int {
        let file = try #require(fopen("/proc/self/statm", "r"))
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        try #require(fgets(&line, 256, file) != nil)
        let fields = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
        return try #require(Int(fields[1])) * Int(getpagesize())
    }
}
