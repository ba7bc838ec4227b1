import Domain
package import Wire

/// The documents that answer for the service and for buckets.
package enum BucketAnswers {
    /// Who owns everything, to S3 clients that ask.
    static let ownerID: StaticString = "tarn"

    package static func buckets(
        _ repositories: [Repository], region: String, prefix: String?, continuationToken: String?
    ) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 256 + repositories.count * 128)
        writer.root("ListAllMyBucketsResult") { writer in
            owner(&writer)
            writer.element("Buckets") { writer in
                for repository in repositories {
                    writer.element("Bucket") { writer in
                        writer.element("Name", repository.name.string)
                        writer.date("CreationDate", repository.created)
                        writer.element("BucketRegion", region)
                    }
                }
            }
            if let prefix { writer.element("Prefix", prefix) }
            if let continuationToken { writer.element("ContinuationToken", continuationToken) }
        }
        return writer.bytes
    }

    /// An empty document stands for the first region of all.
    package static func location(region: String) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 256)
        writer.root("LocationConstraint") { writer in
            if region != "us-east-1" { writer.escaped(region.utf8) }
        }
        return writer.bytes
    }

    /// A document that is the same for all buckets.
    ///
    /// - Parameter content: markup.
    static func document(_ root: StaticString, _ content: StaticString) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 512)
        writer.root(root) { $0.raw(content) }
        return writer.bytes
    }

    /// What access control lists say where only the owner has any rights.
    static func acl() -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 1_024)
        writer.root("AccessControlPolicy") { writer in
            owner(&writer)
            writer.raw("<AccessControlList><Grant>")
            writer.raw("<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\">")
            identity(&writer)
            writer.raw("</Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList>")
        }
        return writer.bytes
    }

    static func owner(_ writer: inout XMLWriter) { person("Owner", &writer) }

    static func person(_ role: StaticString, _ writer: inout XMLWriter) {
        writer.start(role)
        identity(&writer)
        writer.end(role)
    }

    private static func identity(_ writer: inout XMLWriter) {
        writer.raw("<ID>")
        writer.raw(ownerID)
        writer.raw("</ID><DisplayName>")
        writer.raw(ownerID)
        writer.raw("</DisplayName>")
    }
}

extension XMLWriter {
    /// - Parameter milliseconds: since 1970.
    mutating func date(_ name: StaticString, _ milliseconds: Int64) {
        start(name)
        date(milliseconds)
        end(name)
    }

    /// An ETag in its quotes.
    mutating func etag(_ etag: String) {
        start("ETag")
        raw("&quot;")
        escaped(etag.utf8)
        raw("&quot;")
        end("ETag")
    }
}
