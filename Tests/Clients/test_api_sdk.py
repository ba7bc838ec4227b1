"""The generated client, with every parameter it has, over repositories, branches, tags, commits and references: its models are
strict, so what is left out or null where it may not be shows here."""

import datetime
import json

import lakefs_sdk as sdk
import pytest
from lakefs_sdk.exceptions import ApiException, ForbiddenException, NotFoundException

from conftest import fresh_name


@pytest.fixture
def calls(api):
    class Calls:
        repositories, branches, tags, commits, refs, objects, internal, experimental = (
            kind(api.sdk._api) for kind in (
                sdk.RepositoriesApi, sdk.BranchesApi, sdk.TagsApi, sdk.CommitsApi, sdk.RefsApi, sdk.ObjectsApi, sdk.InternalApi,
                sdk.ExperimentalApi))

    return Calls


def put(calls, repo, branch, **files):
    for path, data in files.items():
        calls.objects.upload_object(repo, branch, path, content=data.encode())


def commit(calls, repo, branch, message, files, **fields):
    put(calls, repo, branch, **files)
    return calls.commits.commit(repo, branch, sdk.CommitCreation(message=message, **fields))


def refused(status, call, *arguments, **named):
    with pytest.raises(ApiException) as caught:
        call(*arguments, **named)
    assert caught.value.status == status
    return caught.value


def test_repositories(api, calls):
    name = fresh_name("sdk")
    made = calls.repositories.create_repository(sdk.RepositoryCreation(
        name=name, storage_namespace=api.namespace + name, storage_id="", default_branch="trunk", sample_data=False,
        read_only=True), bare=False)
    assert (made.id, made.default_branch, made.read_only, made.storage_id) == (name, "trunk", True, "")
    assert calls.repositories.get_repository(name) == made
    page = calls.repositories.list_repositories(prefix=name[:-2], after=name[:-1], amount=1, search=name[4:])
    assert (page.results, page.pagination.max_per_page) == ([made], 1000)
    with pytest.raises(ForbiddenException):
        calls.repositories.delete_repository(name)
    calls.repositories.delete_repository(name, force=True)
    with pytest.raises(NotFoundException):
        calls.repositories.get_repository(name)


@pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
def test_settings(calls, repo):
    calls.internal.set_repository_metadata(repo, sdk.RepositoryMetadataSet(metadata={"a": "1", "b": "2"}))
    calls.internal.delete_repository_metadata(repo, sdk.RepositoryMetadataKeys(keys=["a"]))
    assert calls.repositories.get_repository_metadata(repo) == {"b": "2"}
    calls.internal.create_branch_protection_rule_preflight(repo)
    rule = sdk.BranchProtectionRule(pattern="main")
    calls.internal.internal_create_branch_protection_rule(repo, rule)
    assert calls.internal.internal_get_branch_protection_rules(repo) == [rule]
    assert calls.repositories.get_branch_protection_rules(repo) == [rule]
    unprotect = sdk.InternalDeleteBranchProtectionRuleRequest(pattern="main")
    calls.internal.internal_delete_branch_protection_rule(repo, unprotect)
    assert "rule not found" in refused(404, calls.internal.internal_delete_branch_protection_rule, repo, unprotect).body
    tag = calls.repositories.get_branch_protection_rules_with_http_info(repo).headers["ETag"]
    calls.repositories.set_branch_protection_rules(repo, [rule], if_match=tag)
    assert refused(412, calls.repositories.set_branch_protection_rules, repo, [], if_match=tag)


def test_branches(calls, repo):
    head = calls.branches.get_branch(repo, "main")
    answer = calls.branches.create_branch(repo, sdk.BranchCreation(name="dev", source="main", force=False, hidden=True))
    assert answer == head.commit_id
    assert [row.id for row in calls.branches.list_branches(repo).results] == ["main"]
    page = calls.branches.list_branches(repo, prefix="d", after="a", amount=5, show_hidden=True)
    assert [(row.id, row.commit_id) for row in page.results] == [("dev", head.commit_id)]
    put(calls, repo, "dev", a="1", b="1")
    calls.branches.reset_branch(repo, "dev", sdk.ResetCreation(type="object", path="a", force=False))
    page = calls.branches.diff_branch(repo, "dev", after="a", amount=5, prefix="b", delimiter="/")
    assert [(row.type, row.path, row.path_type, row.size_bytes) for row in page.results] == [("added", "b", "object", 1)]
    calls.branches.reset_branch(repo, "dev", sdk.ResetCreation(type="reset"))
    assert calls.branches.diff_branch(repo, "dev").results == []
    made = commit(calls, repo, "dev", "c", {"c": "1"})
    calls.experimental.hard_reset_branch(repo, "main", ref=made.id, force=False)
    assert calls.branches.get_branch(repo, "main").commit_id == made.id
    calls.branches.delete_branch(repo, "dev", force=False)
    with pytest.raises(NotFoundException):
        calls.branches.get_branch(repo, "dev")
    assert refused(403, calls.branches.delete_branch, repo, "main", force=True)


def test_tags(calls, repo):
    head = calls.branches.get_branch(repo, "main").commit_id
    made = calls.tags.create_tag(repo, sdk.TagCreation(id="v1.0", ref="main~0", force=False))
    assert (made.id, made.commit_id) == ("v1.0", head)
    assert calls.tags.get_tag(repo, "v1.0") == made
    assert calls.tags.list_tags(repo, prefix="v", after="v1", amount=1).results == [made]
    calls.tags.delete_tag(repo, "v1.0", force=False)
    with pytest.raises(NotFoundException):
        calls.tags.get_tag(repo, "v1.0")


def test_commits_and_logs(calls, repo):
    first = commit(calls, repo, "main", "first", {"a": "1"}, metadata={"k": "v"}, var_date=86_400, allow_empty=False, force=False)
    assert (first.creation_date, first.metadata, first.generation, first.version) == (86_400, {"k": "v"}, 2, 1)
    assert calls.commits.get_commit(repo, "main") == first
    second = commit(calls, repo, "main", "second", {"b": "1"})
    commit(calls, repo, "main", "third", {"c": "1"})
    page = calls.refs.log_commits(
        repo, "main", after="main", amount=5, objects=["b"], prefixes=["x", "a"], limit=True, first_parent=True,
        since=datetime.datetime(1970, 1, 2, tzinfo=datetime.timezone.utc), stop_at=first.id)
    assert page.results == [second, first]
    zone = datetime.timezone(datetime.timedelta(hours=-3))
    assert calls.refs.log_commits(repo, "main~1", since=datetime.datetime(1970, 1, 2, 1, tzinfo=zone)).results == [second]


def test_diffs_and_merges(calls, repo):
    base = commit(calls, repo, "main", "base", {"a": "1", "x": "1"})
    calls.branches.create_branch(repo, sdk.BranchCreation(name="dev", source="main"))
    theirs = commit(calls, repo, "dev", "theirs", {"a": "22", "b": "1"})
    ours = commit(calls, repo, "main", "ours", {"a": "333"})
    rows = calls.refs.diff_refs(repo, "main", "dev", include_right_stats=True).results
    assert [(row.type, row.path) for row in rows] == [("conflict", "a"), ("added", "b")]
    assert (rows[0].size_bytes, rows[0].right.metadata, rows[0].right.content_type) == (2, {}, "application/octet-stream")
    page = calls.refs.diff_refs(repo, "main", "dev", after="a", amount=1, prefix="b", delimiter="/", type="two_dot")
    assert [(row.type, row.path, row.right) for row in page.results] == [("added", "b", None)]
    found = calls.refs.find_merge_base(repo, "dev", "main")
    assert (found.source_commit_id, found.destination_commit_id, found.base_commit_id) == (theirs.id, ours.id, base.id)
    assert json.loads(refused(409, calls.refs.merge_into_branch, repo, "dev", "main").body) == {"reference": ""}
    merged = calls.refs.merge_into_branch(repo, "dev", "main", sdk.Merge(
        message="m", metadata={"k": "v"}, strategy="source-wins", force=False, allow_empty=False, squash_merge=True))
    made = calls.commits.get_commit(repo, merged.reference)
    assert (made.parents, made.metadata) == ([ours.id], {"k": "v", ".lakefs.merge.strategy": "source-wins"})
    assert calls.objects.get_object(repo, "main", "a") == b"22"


def test_reverts_and_cherry_picks(calls, repo):
    base = commit(calls, repo, "main", "base", {"a": "1"})
    calls.branches.create_branch(repo, sdk.BranchCreation(name="dev", source="main"))
    picked = commit(calls, repo, "dev", "picked", {"b": "1"})
    overrides = sdk.CommitOverrides(message="own", metadata={"k": "v"})
    made = calls.branches.cherry_pick(repo, "main", sdk.CherryPickCreation(
        ref="dev", parent_number=1, commit_overrides=overrides, force=False))
    assert (made.message, made.parents, made.metadata["cherry-pick-origin"]) == ("own", [base.id], picked.id)
    calls.branches.revert_branch(repo, "main", sdk.RevertCreation(
        ref="main", commit_overrides=overrides, parent_number=1, force=False, allow_empty=False))
    assert calls.commits.get_commit(repo, "main").message == "own"
    assert refused(404, calls.objects.head_object, repo, "main", "b")
