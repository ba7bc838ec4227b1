import Database
import Testing

@Suite struct UUIDBytesTests {
    @Test("Text and bytes name the same UUID")
    func text() throws {
        let text = "00112233-4455-6677-8899-aabbccddeeff"
        let uuid = try #require(UUIDBytes(text))
        #expect(uuid.description == text)
        #expect(uuid.bytes == [0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255])
        #expect(UUIDBytes(uuid.bytes) == uuid)
        #expect(UUIDBytes(text.uppercased()) == uuid)
    }

    @Test(
        "What is not a UUID is refused",
        arguments: [
            "", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeeff0",
            "00112233445566778899aabbccddeeff", "0011223g-4455-6677-8899-aabbccddeeff",
            "00112233+4455-6677-8899-aabbccddeeff",
        ])
    func malformed(text: String) { #expect(UUIDBytes(text) == nil) }

    @Test("Random ones are of version 4, variant 1, and differ")
    func random() {
        let uuids = (0..<1_000).map { _ in UUIDBytes.random() }
        #expect(Set(uuids).count == uuids.count)
        #expect(uuids.allSatisfy { $0.bytes[6] >> 4 == 4 && $0.bytes[8] >> 6 == 2 })
    }
}
