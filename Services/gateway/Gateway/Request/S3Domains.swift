/// The host names below which buckets have names of their own: `bucket.s3.example.com`.
package struct S3Domains: Sendable, Hashable {
    /// In lower case, without ports.
    package let names: [String]

    /// - Parameter list: names parted by commas.
    package init(_ list: String) {
        names = list.split(separator: ",").map { name in
            String(name.filter { $0 != " " }).lowercased()
        }.filter { !$0.isEmpty }
    }

    /// The bucket that a `Host` header names, nil where the path does.
    package func bucket(inHost host: String) -> String? {
        guard !names.isEmpty else { return nil }
        var host = host[...]
        // A port, but not the colons of an IPv6 address in brackets.
        if host.last != "]", let colon = host.lastIndex(of: ":") { host = host[..<colon] }
        let name = host.lowercased()
        // The longest domain decides where one is below another.
        var found: Substring?
        for domain in names {
            guard name != domain else { return nil }
            if name.hasSuffix(domain), name.dropLast(domain.count).last == "." {
                let bucket = name.dropLast(domain.count + 1)
                if !bucket.isEmpty, bucket.count < found?.count ?? .max { found = bucket }
            }
        }
        return found.map(String.init)
    }
}
