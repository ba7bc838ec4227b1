import Database
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import Index

@Suite(.serialized) struct SchemaTests {
    /// Tables that belong to no repository, or hold the repositories themselves.
    private static let global: Set = ["repository", "namespace", "lease", "schema_version"]

    @Test("Every key of what belongs to a repository begins with the repository's id, so the schema can be distributed")
    func keysBeginWithRepository() async throws {
        let index = try await TestIndex.make()
        let tables = try await index.catalog.database.exclusive(
            .read(
                """
                SELECT t.relname::text, coalesce((
                    SELECT a.attnotnull AND a.atttypid = 'bigint'::regtype FROM pg_attribute a
                    WHERE a.attrelid = t.oid AND a.attname = 'repository'
                ), false)
                FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
                WHERE n.nspname = $1 AND t.relkind IN ('r', 'p')
                """), [.text(index.schema)], deadline: .now + .seconds(30))
        let scoped = Set(try tables.map { try $0.text(0) }).subtracting(Self.global)
        #expect(scoped.count >= 12)
        let unscoped = try tables.filter { try !$0.bool(1) }.map { try $0.text(0) }
        #expect(Set(unscoped).subtracting(Self.global) == [], "tables without a repository")

        // A key over an expression has no column in its place.
        let rows = try await index.catalog.database.exclusive(
            .read(
                """
                SELECT t.relname::text, i.relname::text, coalesce(a.attname::text, ''), x.indisprimary
                FROM pg_index x
                JOIN pg_class t ON t.oid = x.indrelid
                JOIN pg_class i ON i.oid = x.indexrelid
                JOIN pg_namespace n ON n.oid = t.relnamespace
                LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
                WHERE n.nspname = $1 AND t.relkind IN ('r', 'p') AND (x.indisunique OR x.indisexclusion)
                """), [.text(index.schema)], deadline: .now + .seconds(30))
        let keys = try rows.filter { try scoped.contains($0.text(0)) }
        let elsewhere = try keys.filter { try $0.text(2) != "repository" }.map { try $0.text(1) }
        #expect(elsewhere == [])
        #expect(
            Set(try keys.filter { try $0.bool(3) }.map { try $0.text(0) }) == scoped, "tables without a primary key")
    }

    @Test("Object keys and names are bytes, so that they are compared as such")
    func keysAreBytes() async throws {
        let index = try await TestIndex.make()
        let rows = try await index.catalog.database.exclusive(
            .read(
                """
                SELECT table_name || '.' || column_name FROM information_schema.columns
                WHERE table_schema = $1 AND data_type IN ('text', 'character varying')
                    AND column_name IN ('key', 'path', 'name') AND collation_name IS DISTINCT FROM 'C'
                """), [.text(index.schema)], deadline: .now + .seconds(30))
        #expect(
            try rows.map { try $0.text(0) }.filter { !$0.hasPrefix("schema_version") && !$0.hasPrefix("lease") } == [])
    }

    @Test("No statement uses what only one node can do: advisory locks")
    func noAdvisoryLocks() {
        for sql in [StagedWrite.insert.sql, ConditionalWrite.insert.sql, BranchMove.statement.sql] {
            #expect(!sql.contains("advisory"))
        }
    }

    @Test("Every call that Wire declares for the index is answered")
    func everyMethodIsAnswered() async throws {
        let index = try await TestIndex.make()
        let declared: [any RPCMethod.Type] = [
            GetObject.self, StageObject.self, ListObjects.self, DeleteObjects.self, GetWriteTarget.self,
            CreateRepository.self, GetRepository.self, ListRepositories.self, DeleteRepository.self, CreateBranch.self,
            GetBranch.self, ListBranches.self, DeleteBranch.self, ResetBranch.self, HardResetBranch.self,
            CreateTag.self, GetTag.self, ListTags.self, DeleteTag.self, CreateCommit.self, GetCommit.self,
            LogCommits.self, DiffRefs.self, DiffBranch.self, MergeBranch.self, ListConflicts.self, FindMergeBase.self,
            RevertCommit.self, CreatePull.self, GetPull.self, ListPulls.self, UpdatePull.self, MergePull.self,
            SubmitCommit.self, SubmitMerge.self, RunBranchTask.self,
            CherryPick.self, ReplayBranch.self, ListRefLog.self, UndeleteBranch.self, UndeleteTag.self,
            CreateUpload.self, GetUpload.self, PutUploadPart.self, ListUploadParts.self,
            ListUploads.self, BeginCompleteUpload.self, FinishUpload.self, AbortUpload.self, LeaseJob.self,
            HeartbeatJob.self, FinishJob.self, ScanAddresses.self, MarkAddresses.self, ListMarkedAddresses.self,
            ForgetMarkedAddresses.self, ListLastCommits.self, SummarizeObjects.self,
            CreateCommitRecord.self, SubmitDump.self, SubmitRestore.self, GetTask.self, GetNode.self, BeginDump.self,
            ListDumped.self, ListNodes.self, ReadNodes.self, BeginRestore.self, PutDumped.self, PutNodes.self,
            CheckRestored.self, FinishRestore.self, FindNamespaces.self,
            GetProtection.self, SetProtection.self, GetRepositoryMetadata.self, ChangeRepositoryMetadata.self,
        ]
        #expect(IndexRoutes.routes(of: index.catalog).names == declared.map { $0.name }.sorted())
        #expect(declared.allSatisfy { $0.service == .index })
    }
}
