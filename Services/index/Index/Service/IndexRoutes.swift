package import ServiceKit
import Wire

/// Every call of the index with the method of the catalogue that answers it.
package enum IndexRoutes {
    package static func routes(of catalog: Catalog) -> RPCRoutes {
        var routes = RPCRoutes()
        addObjects(catalog, &routes)
        addReferences(catalog, &routes)
        addCommits(catalog, &routes)
        addUploads(catalog, &routes)
        addJobs(catalog, &routes)
        addDumps(catalog, &routes)
        return routes
    }

    /// Answers a method, errors of the parts below turned into those that callers know.
    private static func on<Method: RPCMethod>(
        _ method: Method.Type, _ routes: inout RPCRoutes,
        _ answer: @escaping @Sendable (Method.Request, CallContext) async throws -> Method.Response
    ) {
        routes.on(method) { request, context, _ in
            try await known { try await answer(request, context) }
        }
    }

    private static func known<Answer>(_ answer: () async throws -> Answer) async throws -> Answer {
        do {
            return try await answer()
        } catch {
            throw RPCError(cause: error) ?? error
        }
    }

    private static func addObjects(_ catalog: Catalog, _ routes: inout RPCRoutes) {
        on(GetObject.self, &routes) { try await catalog.getObject($0, $1) }
        on(StageObject.self, &routes) { try await catalog.stageObject($0, $1) }
        routes.onEncoded(ListObjects.self) { request, context, _ in
            try await known { try await catalog.listObjects(request, context).wireBytes() }
        }
        on(SummarizeObjects.self, &routes) { try await catalog.summarizeObjects($0, $1) }
        on(DeleteObjects.self, &routes) { try await catalog.deleteObjects($0, $1) }
        on(GetWriteTarget.self, &routes) { try await catalog.getWriteTarget($0, $1) }
        on(CreateRepository.self, &routes) { try await catalog.createRepository($0, $1) }
        on(GetRepository.self, &routes) { try await catalog.getRepository($0, $1) }
        on(ListRepositories.self, &routes) { try await catalog.listRepositories($0, $1) }
        on(DeleteRepository.self, &routes) { try await catalog.deleteRepository($0, $1) }
        on(FindNamespaces.self, &routes) { try await catalog.findNamespaces($0, $1) }
        on(GetProtection.self, &routes) { try await catalog.getProtection($0, $1) }
        on(SetProtection.self, &routes) { try await catalog.setProtection($0, $1) }
        on(GetRepositoryMetadata.self, &routes) { try await catalog.getRepositoryMetadata($0, $1) }
        on(ChangeRepositoryMetadata.self, &routes) { try await catalog.changeRepositoryMetadata($0, $1) }
    }

    private static func addReferences(_ catalog: Catalog, _ routes: inout RPCRoutes) {
        on(CreateBranch.self, &routes) { try await catalog.createBranch($0, $1) }
        on(GetBranch.self, &routes) { try await catalog.getBranch($0, $1) }
        on(ListBranches.self, &routes) { try await catalog.listBranches($0, $1) }
        on(DeleteBranch.self, &routes) { try await catalog.deleteBranch($0, $1) }
        on(ResetBranch.self, &routes) { try await catalog.resetBranch($0, $1) }
        on(HardResetBranch.self, &routes) { try await catalog.hardResetBranch($0, $1) }
        on(ListRefLog.self, &routes) { try await catalog.listRefLog($0, $1) }
        on(UndeleteBranch.self, &routes) { try await catalog.undeleteBranch($0, $1) }
        on(UndeleteTag.self, &routes) { try await catalog.undeleteTag($0, $1) }
        on(CreateTag.self, &routes) { try await catalog.createTag($0, $1) }
        on(GetTag.self, &routes) { try await catalog.getTag($0, $1) }
        on(ListTags.self, &routes) { try await catalog.listTags($0, $1) }
        on(DeleteTag.self, &routes) { try await catalog.deleteTag($0, $1) }
    }

    private static func addCommits(_ catalog: Catalog, _ routes: inout RPCRoutes) {
        on(CreateCommit.self, &routes) { try await catalog.createCommit($0, $1) }
        on(CreateCommitRecord.self, &routes) { try await catalog.createCommitRecord($0, $1) }
        on(GetCommit.self, &routes) { try await catalog.getCommit($0, $1) }
        on(LogCommits.self, &routes) { try await catalog.logCommits($0, $1) }
        on(ListLastCommits.self, &routes) { try await catalog.listLastCommits($0, $1) }
        on(DiffRefs.self, &routes) { try await catalog.diffRefs($0, $1) }
        on(DiffBranch.self, &routes) { try await catalog.diffBranch($0, $1) }
        on(MergeBranch.self, &routes) { try await catalog.mergeBranch($0, $1) }
        on(ListConflicts.self, &routes) { try await catalog.listConflicts($0, $1) }
        on(FindMergeBase.self, &routes) { try await catalog.findMergeBase($0, $1) }
        on(CreatePull.self, &routes) { try await catalog.createPull($0, $1) }
        on(GetPull.self, &routes) { try await catalog.getPull($0, $1) }
        on(ListPulls.self, &routes) { try await catalog.listPulls($0, $1) }
        on(UpdatePull.self, &routes) { try await catalog.updatePull($0, $1) }
        on(MergePull.self, &routes) { try await catalog.mergePull($0, $1) }
        on(SubmitCommit.self, &routes) { try await catalog.submitCommit($0, $1) }
        on(SubmitMerge.self, &routes) { try await catalog.submitMerge($0, $1) }
        on(RunBranchTask.self, &routes) { try await catalog.runBranchTask($0, $1) }
        on(RevertCommit.self, &routes) { try await catalog.revertCommit($0, $1) }
        on(ReplayBranch.self, &routes) { try await catalog.replayBranch($0, $1) }
        on(CherryPick.self, &routes) { try await catalog.cherryPick($0, $1) }
    }

    private static func addUploads(_ catalog: Catalog, _ routes: inout RPCRoutes) {
        on(CreateUpload.self, &routes) { try await catalog.createUpload($0, $1) }
        on(GetUpload.self, &routes) { try await catalog.getUpload($0, $1) }
        on(PutUploadPart.self, &routes) { try await catalog.putUploadPart($0, $1) }
        on(ListUploadParts.self, &routes) { try await catalog.listUploadParts($0, $1) }
        on(ListUploads.self, &routes) { try await catalog.listUploads($0, $1) }
        on(BeginCompleteUpload.self, &routes) { try await catalog.beginCompleteUpload($0, $1) }
        on(FinishUpload.self, &routes) { try await catalog.finishUpload($0, $1) }
        on(AbortUpload.self, &routes) { try await catalog.abortUpload($0, $1) }
    }

    private static func addDumps(_ catalog: Catalog, _ routes: inout RPCRoutes) {
        on(SubmitDump.self, &routes) { try await catalog.submitDump($0, $1) }
        on(SubmitRestore.self, &routes) { try await catalog.submitRestore($0, $1) }
        on(GetTask.self, &routes) { try await catalog.getTask($0, $1) }
        on(GetNode.self, &routes) { try await catalog.getNode($0, $1) }
        on(BeginDump.self, &routes) { try await catalog.beginDump($0, $1) }
        on(ListDumped.self, &routes) { try await catalog.listDumped($0, $1) }
        on(ListNodes.self, &routes) { try await catalog.listNodes($0, $1) }
        on(ReadNodes.self, &routes) { try await catalog.readNodes($0, $1) }
        on(BeginRestore.self, &routes) { try await catalog.beginRestore($0, $1) }
        on(PutDumped.self, &routes) { try await catalog.putDumped($0, $1) }
        on(PutNodes.self, &routes) { try await catalog.putNodes($0, $1) }
        on(CheckRestored.self, &routes) { try await catalog.checkRestored($0, $1) }
        on(FinishRestore.self, &routes) { try await catalog.finishRestore($0, $1) }
    }

    private static func addJobs(_ catalog: Catalog, _ routes: inout RPCRoutes) {
        on(LeaseJob.self, &routes) { try await catalog.leaseJob($0, $1) }
        on(HeartbeatJob.self, &routes) { try await catalog.heartbeatJob($0, $1) }
        on(FinishJob.self, &routes) { try await catalog.finishJob($0, $1) }
        on(ScanAddresses.self, &routes) { try await catalog.scanAddresses($0, $1) }
        on(MarkAddresses.self, &routes) { try await catalog.markAddresses($0, $1) }
        on(ListMarkedAddresses.self, &routes) { try await catalog.listMarkedAddresses($0, $1) }
        on(ForgetMarkedAddresses.self, &routes) { try await catalog.forgetMarkedAddresses($0, $1) }
    }
}
