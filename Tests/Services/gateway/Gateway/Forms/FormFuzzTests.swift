import Cryptography
import NIOCore
import Seeded
import Testing

@testable import Gateway

@Suite("Whatever comes as a form or policy is read or refused", .timeLimit(.minutes(5)))
struct FormFuzzTests {
    /// What is read of a form: its fields, and its file where it was whole.
    private struct Outcome: Equatable {
        var values: [String: String]?
        var content: [UInt8] = []
        var error: S3ErrorCode?
    }

    private static func read(_ body: [UInt8], cuts: [Int]) async -> Outcome {
        var outcome = Outcome()
        guard let boundary = FormBoundary(contentType: "multipart/form-data; boundary=xyz") else { return outcome }
        var ends = (cuts + [body.count])[...]
        var start = 0
        var reader = FormReader(boundary) {
            guard let end = ends.popFirst() else { return nil }
            defer { start = end }
            return ByteBuffer(bytes: body[start..<end])
        }
        do throws(S3Error) {
            outcome.values = try await PostForm(&reader).values
            while let piece = try await reader.nextContent() { outcome.content += Array(piece.readableBytesView) }
            try await reader.finish()
        } catch { outcome.error = error.code }
        return outcome
    }

    private static let form = """
        --xyz\r
        Content-Disposition: form-data; name="key"\r
        \r
        main/${filename}\r
        --xyz\r
        Content-Disposition: form-data; name="x-amz-meta-a"\r
        \r
        value\r
        --xyz\r
        Content-Disposition: form-data; name="file"; filename="a \\"b\\".txt"\r
        Content-Type: text/plain\r
        \r
        some content\r
        --xyz--\r

        """

    private static let pieces = [
        "\r\n", "--xyz", "--xyz--", "\r\n--xyz\r\n", "\r\n\r\n", "--", "-", "\"", "\\", ";", "name=", "filename=",
        "file", "key",
        "Content-Disposition: form-data; name=\"file\"\r\n\r\n", "${filename}", "%22", "\u{0}", "é", ":", "form-data",
    ]

    @Test("forms are the same in any pieces, and never more than came", arguments: Fuzz.seeds)
    func forms(_ seed: UInt64) async {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var wholes = 0
        for _ in 0..<(1_500 * Fuzz.factor) {
            let body = random.mutated(Array(Self.form.utf8), Self.pieces)
            let whole = await Self.read(body, cuts: [])
            let pieces = await Self.read(body, cuts: random.cuts(of: body.count))
            #expect(whole == pieces, "seed \(seed): \(String(decoding: body, as: UTF8.self).debugDescription)")
            #expect(whole.content.count <= body.count)
            if whole.error == nil { wholes += 1 }
        }
        #expect(wholes > 100)
    }

    private static let policy = """
        {"expiration": "2026-12-30T12:00:00.000Z", "conditions": [{"bucket": "data"}, ["starts-with", "$key", "main/"],
        {"x-amz-meta-a": "value"}, ["content-length-range", 1, 1048576], ["eq", "$success_action_status", "201"]]}
        """

    private static let policyPieces = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "null", "true", "-1", "1e999",
        "9223372036854775808",
        "\"$key\"", "\"eq\"", "\"starts-with\"", "\"\"", "$", "[[[[[[[[", "\"conditions\":", "\"expiration\":", "é",
        "0",
    ]

    @Test("policies are read, or are invalid", arguments: Fuzz.seeds)
    func policies(_ seed: UInt64) {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let form = PostForm(values: ["key": "main/a", "x-amz-meta-a": "value", "success_action_status": "201"])
        var accepted = 0
        for _ in 0..<(3_000 * Fuzz.factor) {
            let bytes = random.mutated(Array(Self.policy.utf8), Self.policyPieces)
            do throws(S3Error) {
                let policy = try PostPolicy(Base64.encode(bytes))
                accepted += 1
                if let lengths = policy.lengths { #expect(lengths.lowerBound >= 0, "seed \(seed)") }
                try policy.check(form, bucket: "data", now: 0)
            } catch {
                #expect([.invalidPolicyDocument, .accessDenied].contains(error.code), "seed \(seed): \(error)")
            }
        }
        #expect(accepted > 100)
    }

    @Test("sets of tags are read within their limits, or refused", arguments: Fuzz.seeds)
    func tags(_ seed: UInt64) {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<(3_000 * Fuzz.factor) {
            let header = random.mutated(
                Array("a=1&b%20c=d%2Be&f&team=data".utf8), ["&", "=", "%", "%zz", "+", "é", "%FF", "a"])
            let document = random.mutated(
                Array("<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>".utf8),
                ["<Tag>", "</Tag>", "<Key>", "</Key>", "&#0;", "<", ">", "&", "<Value>"])
            for tags in [
                try? ObjectTags(header: String(decoding: header, as: UTF8.self)), try? ObjectTags(document: document),
            ] {
                guard let tags, let kept = tags.attributeValue else { continue }
                #expect(tags.tags.count <= ObjectTags.maxTags)
                // As they are kept, they are the same again.
                #expect((try? ObjectTags(header: kept)) == tags, "seed \(seed): \(tags)")
            }
        }
    }
}
