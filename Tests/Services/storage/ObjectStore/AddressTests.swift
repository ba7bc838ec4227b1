import Domain
import Foundation
import ObjectStore
import TestSupport
import Testing

@Suite struct AddressTests {
    @Test(
        "An hour's folder is its time in UTC",
        arguments: [
            (0, "1970-01-01T00"), (3_599_999, "1970-01-01T00"), (3_600_000, "1970-01-01T01"),
            (951_782_400_000, "2000-02-29T00"),
            (1_795_376_460_000, "2026-11-22T19"), (4_107_542_399_000, "2100-02-28T23"),
            (4_107_542_400_000, "2100-03-01T00"),
            (-1, "1969-12-31T23"),
        ] as [(Int64, String)])
    func hours(milliseconds: Int64, name: String) {
        let hour = HourFolder(milliseconds: milliseconds)
        #expect(hour.description == name)
        #expect(HourFolder(name) == hour)
    }

    @Test("Every day of four centuries is read back as it was written, each at the next hour")
    func everyDay() {
        let wrong = stride(from: Int64(0), to: 146_097 * 24, by: 25).first { hour in
            HourFolder(HourFolder(hour: hour).description)?.hour != hour
        }
        #expect(wrong == nil)
    }

    @Test(
        "Nothing else is an hour's folder",
        arguments: [
            "", "2026-11-22", "2026-11-22T24", "2026-02-29T00", "2026-13-01T00", "2026-00-01T00", "2026-01-00T00",
            "2026-1-01T000",
            "2026-11-22t19", "2026-11-22T19 ", "+026-11-22T19", "data",
        ])
    func notHours(name: String) { #expect(HourFolder(name) == nil) }

    @Test("Addresses are below the hour's folder, and never the same twice")
    func fresh() throws {
        let addresses = (0..<10_000).map { _ in AddressMaker.make(at: 1_795_376_460_000) }
        #expect(Set(addresses).count == addresses.count)
        for address in addresses {
            #expect(address.hasPrefix("data/2026-11-22T19/"))
            #expect(address.utf8.count == 19 + 32)
        }
    }

    @Test("An address below a namespace, and as a URI, is the same")
    func places() throws {
        for (namespace, path, uri) in [
            ("s3://bucket", "data/x", "s3://bucket/data/x"), ("s3://bucket/a/b/", "data/x", "s3://bucket/a/b/data/x"),
            ("local://name/a", "data/x", "local://name/a/data/x"),
        ] {
            let namespace = try StorageNamespace(namespace)
            let address = try ObjectAddress(namespace, path)
            #expect(address.uri == uri)
            #expect(try ObjectAddress(uri: uri) == address)
            #expect(try ObjectAddress(.relative(path), in: namespace) == address)
            #expect(try ObjectAddress(.full(uri), in: try StorageNamespace("s3://other")) == address)
        }
        // What somebody imported may be called anything that S3 allows.
        #expect(try ObjectAddress(uri: "s3://bucket//a/../b/").key == "/a/../b/")
    }

    @Test(
        "A relative path must be one that this server could have made",
        arguments: ["", "/", "../x", "a//b", "a/..", "/a", "a/"])
    func relative(path: String) throws {
        let namespace = try StorageNamespace("s3://bucket/prefix")
        #expect(throws: ObjectStoreError.self) { try ObjectAddress(namespace, path) }
    }
}
