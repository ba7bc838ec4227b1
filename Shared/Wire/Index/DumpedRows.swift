package import JSONCodec

/// The names of the three objects that a dump is read from: each the SHA-256 of its bytes, in hexadecimal.
package struct DumpedIDs: CodableMessage {
    package var commits: String
    package var tags: String
    package var branches: String

    package init(commits: String, tags: String, branches: String) {
        self.commits = commits
        self.tags = tags
        self.branches = branches
    }
}

/// What a job that restores is asked for.
package struct RestoreOrder: CodableMessage {
    package var references: DumpedIDs
    /// Whether entries may refer to objects outside the repository's namespace.
    package var allowsForeignObjects: Bool

    package init(references: DumpedIDs, allowsForeignObjects: Bool) {
        self.references = references
        self.allowsForeignObjects = allowsForeignObjects
    }
}

/// What a dump consists of.
package enum DumpedKind: String, Codable, Hashable, Sendable, CaseIterable {
    case branches, tags, commits
}

/// A commit as a dump keeps it.
package struct DumpedCommit: Codable, Hashable, Sendable {
    /// Hexadecimal, as all hashes here.
    package var id: String
    package var parents: [String]
    package var committer: String
    package var message: String
    /// Seconds since 1970.
    package var created: Int64
    /// Of its tree; empty for that of a first commit.
    package var root: String
    package var metadata: [String: String]
    package var generation: Int64
    /// The latest date of the commit and its ancestors, in seconds since 1970.
    package var latest: Int64

    package init(
        id: String, parents: [String], committer: String, message: String, created: Int64, root: String,
        metadata: [String: String], generation: Int64, latest: Int64
    ) {
        self.id = id
        self.parents = parents
        self.committer = committer
        self.message = message
        self.created = created
        self.root = root
        self.metadata = metadata
        self.generation = generation
        self.latest = latest
    }
}

/// A branch or tag as a dump keeps it.
package struct DumpedReference: Codable, Hashable, Sendable {
    package var name: String
    package var commit: String
    package var isHidden: Bool

    package init(name: String, commit: String, isHidden: Bool = false) {
        self.name = name
        self.commit = commit
        self.isHidden = isHidden
    }
}

/// Rows of one kind, in the order of their names or ids: a page of a call, and what a part of a dump holds.
package struct DumpedRows: Hashable, Sendable {
    package var commits: [DumpedCommit] = []
    package var references: [DumpedReference] = []

    package init(commits: [DumpedCommit] = [], references: [DumpedReference] = []) {
        self.commits = commits
        self.references = references
    }

    package var count: Int { commits.count + references.count }
}

extension DumpedRows: JSONMessage {
    package init(json reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "commits":
                try reader.beginArray()
                while try reader.nextElement() { commits.append(try DumpedCommit(json: &reader)) }
            case "references":
                try reader.beginArray()
                while try reader.nextElement() { references.append(try DumpedReference(json: &reader)) }
            default: try reader.skipValue()
            }
        }
    }

    /// The same rows are the same bytes: a dump is named by them.
    package func write(json writer: inout JSONWriter) {
        writer.object { writer in
            if !commits.isEmpty {
                writer.key("commits")
                writer.array { writer in for commit in commits { commit.write(json: &writer) } }
            }
            if !references.isEmpty {
                writer.key("references")
                writer.array { writer in for reference in references { reference.write(json: &writer) } }
            }
        }
    }
}

extension DumpedCommit {
    fileprivate init(json reader: inout JSONReader) throws(JSONError) {
        var (id, committer, message, root): (String?, String?, String?, String?)
        var (created, generation, latest): (Int64?, Int64?, Int64?)
        var parents: [String] = []
        var metadata: [String: String] = [:]
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "id": id = try reader.string()
            case "parents":
                try reader.beginArray()
                while try reader.nextElement() { parents.append(try reader.string()) }
            case "committer": committer = try reader.string()
            case "message": message = try reader.string()
            case "created": created = try reader.integer()
            case "root": root = try reader.string()
            case "metadata": metadata = try reader.strings()
            case "generation": generation = try reader.integer()
            case "latest": latest = try reader.integer()
            default: try reader.skipValue()
            }
        }
        guard let id, let committer, let message, let root, let created, let generation, let latest else {
            throw reader.error("commit is incomplete")
        }
        self.init(
            id: id, parents: parents, committer: committer, message: message, created: created, root: root,
            metadata: metadata, generation: generation, latest: latest)
    }

    fileprivate func write(json writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("id")
            writer.value(id)
            writer.key("parents")
            writer.array { writer in for parent in parents { writer.value(parent) } }
            writer.key("committer")
            writer.value(committer)
            writer.key("message")
            writer.value(message)
            writer.key("created")
            writer.value(created)
            writer.key("root")
            writer.value(root)
            writer.key("metadata")
            writer.value(metadata)
            writer.key("generation")
            writer.value(generation)
            writer.key("latest")
            writer.value(latest)
        }
    }
}

extension DumpedReference {
    fileprivate init(json reader: inout JSONReader) throws(JSONError) {
        var (name, commit): (String?, String?)
        var isHidden = false
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try reader.string()
            case "commit": commit = try reader.string()
            case "hidden": isHidden = try reader.bool()
            default: try reader.skipValue()
            }
        }
        guard let name, let commit else { throw reader.error("reference is incomplete") }
        self.init(name: name, commit: commit, isHidden: isHidden)
    }

    fileprivate func write(json writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("name")
            writer.value(name)
            writer.key("commit")
            writer.value(commit)
            if isHidden {
                writer.key("hidden")
                writer.value(true)
            }
        }
    }
}
