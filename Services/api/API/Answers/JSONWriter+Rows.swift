import Domain
import JSONCodec
import Wire

extension JSONWriter {
    mutating func row(_ repository: Repository) {
        object { writer in
            writer.member("id", repository.name.string)
            writer.member("creation_date", repository.created.seconds)
            writer.member("default_branch", repository.defaultBranch.string)
            writer.member("storage_namespace", repository.storageNamespace.string)
            writer.member("storage_id", "")
            writer.member("read_only", repository.isReadOnly)
        }
    }

    mutating func row(reference id: String, _ commit: CommitID) {
        object { writer in
            writer.member("id", id)
            writer.member("commit_id", commit.string)
        }
    }

    mutating func row(_ commit: Commit) {
        object { writer in
            writer.member("id", commit.id.string)
            writer.key("parents")
            writer.array { writer in
                for parent in commit.parents { writer.value(parent.string) }
            }
            writer.member("committer", commit.committer)
            writer.member("message", commit.message)
            writer.member("creation_date", commit.created)
            writer.member("meta_range_id", commit.metaRangeID)
            writer.member("metadata", commit.metadata)
            writer.member("generation", commit.generation)
            writer.member("version", commit.version)
        }
    }

    mutating func row(_ last: LastCommitRow) {
        object { writer in
            writer.member("path", last.path)
            writer.member("path_type", last.isPrefix ? "common_prefix" : "object")
            if let size = last.size { writer.member("size_bytes", size) }
            writer.member("staged", last.isStaged)
            if let commit = last.commit {
                writer.key("commit")
                writer.row(commit)
            }
            writer.member("exact", last.isExact)
        }
    }

    mutating func row(_ summary: PrefixSummary) {
        object { writer in
            writer.member("prefix", summary.prefix)
            writer.member("objects", summary.objects)
            writer.member("size_bytes", summary.bytes)
        }
    }

    mutating func row(_ move: RefMove) {
        object { writer in
            writer.member("id", String(move.id))
            writer.member("ref", move.name)
            writer.member("kind", move.kind.rawValue)
            writer.member("action", move.action)
            if let from = move.from { writer.member("from", from.string) }
            if let to = move.to { writer.member("to", to.string) }
            writer.member("actor", move.actor)
            writer.member("date", move.moved.seconds)
        }
    }

    mutating func row(_ replayed: ReplayedCommit) {
        object { writer in
            writer.member("origin", replayed.origin.string)
            if let commit = replayed.commit { writer.member("reference", commit.string) }
        }
    }

    /// Members of the versions that there are.
    mutating func row(_ conflict: PathConflict, in namespace: StorageNamespace) {
        let path = Array(conflict.path.utf8)
        object { writer in
            writer.member("path", conflict.path)
            for (name, entry) in [
                ("base", conflict.base), ("source", conflict.source), ("destination", conflict.destination),
            ] as [(StaticString, Entry?)] {
                guard let entry else { continue }
                writer.key(name)
                writer.row(path: path, entry, in: namespace, showsMetadata: true)
            }
        }
    }

    mutating func row(_ diff: DiffRow) {
        object { writer in
            writer.member("type", diff.kind.rawValue)
            writer.member("path", diff.path)
            writer.member("path_type", diff.isPrefix ? "common_prefix" : "object")
            if let size = diff.size { writer.member("size_bytes", size) }
            guard let right = diff.right else { return }
            writer.key("right")
            writer.object { writer in
                writer.member("checksum", right.checksum)
                writer.member("mtime", right.modified.seconds)
                writer.member("content_type", right.contentType)
                writer.member("metadata", right.userMetadata)
            }
        }
    }

    /// - Parameters:
    ///   - showsMetadata: nil for "where there is any".
    ///   - signed: to show in place of the address.
    mutating func row(
        path: [UInt8], _ entry: Entry, in namespace: StorageNamespace, showsMetadata: Bool?, signed: SignedURL? = nil
    ) {
        object { writer in
            writer.key("path")
            writer.value(utf8: path)
            writer.member("path_type", "object")
            writer.member("physical_address", signed?.url ?? entry.address.uri(in: namespace))
            if let signed { writer.member("physical_address_expiry", signed.expires) }
            writer.member("checksum", entry.checksum)
            writer.member("size_bytes", entry.size)
            writer.member("mtime", entry.modified.seconds)
            if let showsMetadata {
                writer.member("metadata", showsMetadata ? entry.userMetadata : [:])
            } else if !entry.userMetadata.isEmpty {
                writer.member("metadata", entry.userMetadata)
            }
            writer.member("content_type", entry.contentType)
        }
    }

    /// Writes an object straight from where it lies, without making an `Entry` of it.
    ///
    /// - Parameter namespace: where relative addresses begin, with a slash at its end.
    /// - Returns: whether it was one that is told of so.
    mutating func row(_ rows: ListRows, _ index: Int, in namespace: [UInt8]) -> Bool {
        guard let md5 = rows.md5(index), let address = rows.relativeAddress(index) else { return false }
        beginObject()
        key("path")
        value(utf8: rows.path(index))
        member("path_type", "object")
        key("physical_address")
        value(utf8: namespace, then: address)
        key("checksum")
        value(hex: md5)
        member("size_bytes", rows.size(index))
        member("mtime", rows.modified(index).seconds)
        member("content_type", Entry.defaultContentType)
        endObject()
        return true
    }

    /// Clients want the members of an object here too.
    mutating func row(commonPrefix path: [UInt8]) {
        object { writer in
            writer.key("path")
            writer.value(utf8: path)
            writer.member("path_type", "common_prefix")
            writer.member("physical_address", "")
            writer.member("checksum", "")
            writer.member("mtime", 0)
        }
    }
}

extension Int64 {
    /// Milliseconds since 1970 as whole seconds, rounded down.
    var seconds: Int64 { self >= 0 ? self / 1_000 : (self - 999) / 1_000 }
}
