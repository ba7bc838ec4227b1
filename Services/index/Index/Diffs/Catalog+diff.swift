import Cryptography
import Domain
import VersionTree
package import Wire

extension Catalog {
    package func diffRefs(
        _ request: DiffRefs.Request, _ context: CallContext
    ) async throws -> Listed<Wire.DiffRow> {
        let deadline = deadline(context)
        let page = try DiffPage(request.range, delimiter: request.delimiter, includesRight: request.includesRight)
        if request.right.view == .staged, request.type == .threeDot {
            throw RPCError.invalid("reference", "'\(request.right)': staged data is compared two-dot only")
        }
        let left = try await resolve(request.left, in: request.repository, for: .commit, deadline: deadline)
        let right = try await resolve(request.right, in: request.repository, for: .diff, deadline: deadline)
        let tree = tree(left, deadline)
        switch request.type {
        case .twoDot where right.hasStaged:
            return try await page.rows(of: try stagedChanges(right, from: left.commitTree, tree, page, deadline))
        case .twoDot:
            let diff = tree.diff(left.tree, right.tree, prefix: page.prefix)
            diff.seek(to: page.start)
            return try await page.rows(of: TreeChanges(diff))
        case .threeDot:
            let search = MergeBaseSearch(store: commitStore(left.repositoryID, deadline))
            let base = try await search.base(left.commit, right.commit)?.root ?? Tree.emptyRoot
            let diff = tree.diff(base, right.tree, prefix: page.prefix)
            diff.seek(to: page.start)
            return try await page.rows(of: ThreeDotChanges(tree, left: left.tree, since: diff))
        }
    }

    package func diffBranch(
        _ request: DiffBranch.Request, _ context: CallContext
    ) async throws -> Listed<Wire.DiffRow> {
        let deadline = deadline(context)
        let page = try DiffPage(request.range, delimiter: request.delimiter)
        let branch = try await resolve(branch: request.branch, in: request.repository, deadline)
        let tree = tree(branch, deadline)
        return try await page.rows(of: try stagedChanges(branch, from: branch.commitTree, tree, page, deadline))
    }

    private func stagedChanges(
        _ reference: ResolvedReference, from left: NodeHash, _ tree: Tree, _ page: DiffPage,
        _ deadline: ContinuousClock.Instant
    ) throws -> StagedChanges {
        let staged = try StagedCursor(
            database, of: reference, end: NameRange.end(ofPrefix: page.prefix), deadline: deadline)
        return StagedChanges(
            tree, left: left, right: reference.tree, staged: staged, prefix: page.prefix, start: page.start)
    }

    /// A branch with what is staged on it.
    /// - Throws: `notFound` (repository, branch), also where the name is a tag's.
    func resolve(
        branch: BranchName, in repository: RepositoryName, _ deadline: ContinuousClock.Instant
    ) async throws -> ResolvedReference {
        guard let state = try await branchState(repository, branch, OperationID(), .max, deadline) else {
            throw RPCError.repositoryNotFound
        }
        return ResolvedReference(
            repositoryID: state.repository.id, namespace: state.repository.namespace, salt: state.repository.salt,
            commit: state.head, commitTree: state.headTree, tree: state.visibleTree, tokens: state.tokens)
    }
}
