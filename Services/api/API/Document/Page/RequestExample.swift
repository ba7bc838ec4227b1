import JSONCodec
import NIOHTTP1

/// A request of an operation as curl makes it, with names that could be.
struct RequestExample {
    let route: Route

    /// For a shell that has the variables of the readme.
    var curl: String {
        var lines = ["curl"]
        if case .open = route.access {
        } else {
            lines[0] += #" -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY""#
        }
        switch route.method {
        case .GET: break
        case .HEAD: lines[0] += " --head"
        default: lines[0] += " -X \(route.method.rawValue)"
        }
        switch route.body {
        case .none: break
        case .json(let schema, _):
            lines.append("-H 'Content-Type: application/json'")
            // No text of ours holds a quote.
            lines.append("-d '\(String(decoding: Self.json(schema), as: UTF8.self))'")
        case .object:
            lines.append("-H 'Content-Type: application/octet-stream'")
            lines.append("--data-binary @part-0.parquet")
        }
        lines.append("\"$TARN_ENDPOINT\(path)\"")
        return lines.joined(separator: " \\\n  ")
    }

    /// The request's target: the path, and the query that must be there.
    var path: String {
        var path = "/" + Dispatcher.basePath.joined(separator: "/")
        for element in route.template.elements {
            switch element {
            case .literal(let text): path += "/\(text)"
            // What is written to is a branch to work on.
            case .parameter("branch") where route.method != .GET: path += "/work"
            case .parameter(let name): path += "/\(Self.value(of: name, Parameter.pathSchema(name)))"
            }
        }
        let query = route.parameters.filter { $0.location == .query && $0.isRequired }
            .map { "\($0.name)=\(Self.value(of: $0.name, $0.schema))" }
        return query.isEmpty ? path : path + "?" + query.joined(separator: "&")
    }

    // MARK: Values

    /// A value of a schema with the members that must be there.
    static func json(_ schema: Schema) -> [UInt8] {
        var writer = JSONWriter()
        write(schema, named: "", of: "", &writer)
        return writer.bytes
    }

    /// - Parameter owner: the schema that a member is of, where it has a name.
    private static func write(_ schema: Schema, named name: String, of owner: String, _ writer: inout JSONWriter) {
        switch schema {
        case .named(let owner, let schema): write(schema, named: name, of: owner, &writer)
        case .nullable(let schema): write(schema, named: name, of: owner, &writer)
        case .text where texts["\(owner).\(name)"] != nil: writer.value(texts["\(owner).\(name)"] ?? "")
        case .text: writer.value(value(of: name, schema))
        case .integer(let bounds): writer.value(number(bounds, name))
        case .boolean: writer.value(true)
        case .array(let element, _): writer.array { write(element, named: name, of: owner, &$0) }
        case .map(let value):
            writer.object { writer in
                writer.key("team")
                write(value, named: "team", of: "", &writer)
            }
        case .free, .binary: writer.object { _ in }
        case .object(let fields):
            writer.object { writer in
                // Where nothing must be there, one member shows how it goes.
                let required = fields.filter(\.isRequired)
                for field in required.isEmpty ? Array(fields.prefix(1)) : required {
                    writer.key(text: field.name)
                    write(field.schema, named: field.name, of: owner, &writer)
                }
            }
        default: writer.value(value(of: name, schema))
        }
    }

    private static func number(_ bounds: ClosedRange<Int64>?, _ name: String) -> Int64 {
        let wanted: Int64 =
            switch name {
            case "size_bytes": 1_024
            case "creation_date": 1_769_860_800
            case "parent_number": 0
            default: 1
            }
        guard let bounds else { return wanted }
        return min(max(wanted, bounds.lowerBound), bounds.upperBound)
    }

    /// A text for a parameter or member of this name.
    static func value(of name: String, _ schema: Schema) -> String {
        switch schema.definition {
        case .text(let rule):
            if let text = texts[name], rule.allowed.contains(text) { return text }
            if let first = rule.allowed.first { return first }
            if rule.format == "date-time" { return "2026-01-31T12:00:00Z" }
        case .integer(let bounds): return String(number(bounds, name))
        case .boolean: return "true"
        default: break
        }
        return texts[name] ?? "example"
    }

    private static let hash = String(repeating: "5e", count: 32)

    private static let texts: [String: String] = [
        "repository": "lake", "name": "lake", "branch": "main", "ref": "main", "reference": "main", "tag": "v1",
        "id": "v1",
        "source": "main", "source_branch": "work", "destination_branch": "main", "sourceRef": "work",
        "destinationBranch": "main", "leftRef": "main", "rightRef": "work", "onto": "main", "commitId": hash,
        "path": "events/part-0.parquet", "paths": "events/part-0.parquet", "dest_path": "events/copy.parquet",
        "src_path": "events/part-0.parquet", "destination": "events/", "storage_namespace": "local://lake",
        "message": "Add events", "title": "Add events", "pattern": "main",
        "checksum": "9e107d9d372bb6826bd81d3542a419d6",
        "physical_address": "local://lake/data/2026-01-31T12/0123456789abcdef,signature", "username": "admin",
        "userId": "ada", "groupId": "Analysts", "policyId": "ReadEvents", "accessKeyId": "AKIAEXAMPLE",
        "access_key_id": "AKIAEXAMPLE", "secret_access_key": "secret", "effect": "allow", "action": "fs:ReadObject",
        "resource": "*", "team": "events", "type": "reset", "etag": "9e107d9d372bb6826bd81d3542a419d6",
        "commit_id": hash, "meta_range": hash, "range": hash, "object_id": hash, "metarange_id": hash, "task_id": "1",
        "commits_meta_range_id": hash, "tags_meta_range_id": hash, "branches_meta_range_id": hash, "uploadId": "1",
        "BranchCreation.name": "work", "UserCreation.id": "ada", "GroupCreation.id": "Analysts",
        "Policy.id": "ReadEvents",
        "deletion": "12", "parents": hash, "committer": "ada", "permission": "Read", "branch_id": "main",
        "principalId": "arn:aws:sts::123456789012:assumed-role/etl/job", "keys": "team",
    ]
}
