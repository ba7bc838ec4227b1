import Testing

@testable import Database

@Suite struct BatchOrderTests {
    static let statement = Statement.write("SELECT 1")

    private func request(_ order: [UInt8], _ value: Int64) throws -> Request {
        try Request(.one(Call(Self.statement, [.int64(value)])), route: .write, order: order, deadline: soon)
    }

    @Test("Members go by their key's bytes, a prefix first, equals as they came")
    func order() throws {
        let keys: [[UInt8]] = [[2], [1, 200], [], [1], [2], [1, 3], [255], [1]]
        var batch = try keys.enumerated().map { try request($1, Int64($0)) }
        BatchOrder.sort(&batch)
        let expected: [Int64] = [2, 3, 7, 5, 1, 0, 4, 6]
        #expect(batch.map { $0[0].parameters } == expected.map { [.int64($0)] })
    }

    @Test("Members without keys stay as they came")
    func unordered() throws {
        var batch = try (0..<5).map { try request([], $0) }
        BatchOrder.sort(&batch)
        #expect(batch.map { $0[0].parameters } == (0..<5).map { [.int64($0)] })
    }
}
