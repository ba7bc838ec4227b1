"""Commits, logs, diffs, merges, reverts and transactions, by the official clients."""

import datetime

import lakefs_sdk
import pytest
from lakefs.exceptions import BadRequestException, ConflictException, NotFoundException


def put(branch, **files):
    for path, data in files.items():
        branch.object(path).upload(data=data.encode())


def commit(branch, message, **files):
    put(branch, **files)
    return branch.commit(message).get_commit()


def content(reference):
    return {found.path: reference.object(found.path).reader().read().decode() for found in reference.objects()}


def test_a_commit_is_what_was_said(api, repo, main):
    first = main.get_commit()
    put(main, a="1")
    made = main.commit("message", metadata={"Key_One": "v"}).get_commit()
    assert (made.message, made.parents, made.metadata) == ("message", [first.id], {"Key_One": "v"})
    assert made.committer == api.sdk.auth_api.get_current_user().user.id
    assert len(made.id) == len(made.meta_range_id) == 64
    raw = api.request("GET", f"/repositories/{repo}/commits/{made.id}").json()
    assert (raw["generation"], raw["version"]) == (2, 1)
    dated = api.request("POST", f"/repositories/{repo}/branches/main/commits",
                        json={"message": "m", "date": 86400, "allow_empty": True, "unknown": [1]}).json()
    assert (dated["creation_date"], dated["meta_range_id"]) == (86400, made.meta_range_id)


def test_nothing_changed_is_no_commit(api, repo, main):
    for prepare in (lambda: None, lambda: (put(main, a="1"), main.object("a").delete())):
        prepare()
        with pytest.raises(BadRequestException) as caught:
            main.commit("nothing")
        assert "no changes" in caught.value.body["message"]
    commit(main, "a", a="1")
    put(main, a="1")
    with pytest.raises(BadRequestException):
        main.commit("equal content")
    assert api.request("POST", f"/repositories/{repo}/branches/none/commits", json={"message": "m"}).status_code == 404


def test_a_log_walks_back(api, repo, repository, main):
    made = [main.get_commit().id]
    for number in range(5):
        made.append(commit(main, f"c{number}", **{f"f{number % 2}": str(number)}).id)
    newest_first = made[::-1]
    assert [entry.id for entry in main.log()] == newest_first
    assert [entry.id for entry in main.log(max_amount=2)] == newest_first[:2]
    refs = lakefs_sdk.RefsApi(api.sdk._api)
    page = refs.log_commits(repo, "main", amount=2)
    assert (page.pagination.has_more, page.pagination.next_offset) == (True, newest_first[1])
    assert [entry.id for entry in refs.log_commits(repo, "main", after=newest_first[1]).results] == newest_first[2:]
    assert not refs.log_commits(repo, "main", amount=2, limit=True).pagination.has_more
    assert [entry.id for entry in refs.log_commits(repo, "main", stop_at="main~2").results] == newest_first[:3]
    assert [entry.message for entry in refs.log_commits(repo, "main", objects=["f0"]).results] == ["c4", "c2", "c0"]
    assert [entry.message for entry in refs.log_commits(repo, "main", prefixes=["f1", "x"]).results] == ["c3", "c1"]
    future = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    assert refs.log_commits(repo, "main", since=future).results == []
    assert len(refs.log_commits(repo, "main", since=future - datetime.timedelta(days=2)).results) == 6
    with pytest.raises(lakefs_sdk.exceptions.NotFoundException):
        refs.log_commits(repo, "main", stop_at="none")
    assert [entry.id for entry in repository.ref("main~4").log()] == newest_first[4:]


def test_diffs(api, repo, repository, main):
    commit(main, "base", **{"a": "1", "b": "1", "d/x": "1", "d/y": "1"})
    dev = repository.branch("dev").create("main")
    commit(dev, "dev", **{"a": "22", "c": "1", "d/x": "2"})
    dev.object("b").delete()
    dev.commit("without b")
    commit(main, "main", **{"e": "1"})
    rows = lambda changes: [(change.type, change.path) for change in changes]
    expected = [("changed", "a"), ("removed", "b"), ("added", "c"), ("changed", "d/x")]
    assert rows(main.diff(dev)) == expected
    assert rows(main.diff(dev, type="two_dot")) == expected + [("removed", "e")]
    assert rows(main.diff(dev, prefix="d/")) == [("changed", "d/x")]
    assert rows(main.diff(dev, delimiter="/")) == expected[:3] + [("prefix_changed", "d/")]
    assert rows(main.diff(dev, after="b", max_amount=1)) == [("added", "c")]
    page = api.request("GET", f"/repositories/{repo}/refs/main/diff/dev?amount=1&include_right_stats=true").json()
    assert page["pagination"] == {"has_more": True, "next_offset": "a", "results": 1, "max_per_page": 1000}
    assert page["results"][0]["size_bytes"] == 2
    assert set(page["results"][0]["right"]) == {"checksum", "mtime", "content_type", "metadata"}
    put(dev, staged="1")
    assert ("added", "staged") not in rows(main.diff(dev))
    assert ("added", "staged") in rows(main.diff("dev$", type="two_dot"))
    assert api.request("GET", f"/repositories/{repo}/refs/main$/diff/dev").status_code == 400
    assert api.request("GET", f"/repositories/{repo}/refs/main/diff/none").status_code == 404
    put(main, a="staged")
    assert rows(main.uncommitted()) == [("changed", "a")]


def test_a_merge_is_a_commit_with_two_parents(api, repo, repository, main):
    base = commit(main, "base", a="1", b="1")
    dev = repository.branch("dev").create("main")
    theirs = commit(dev, "theirs", b="2", c="1")
    ours = commit(main, "ours", a="2")
    found = api.request("GET", f"/repositories/{repo}/refs/dev/merge/main").json()
    assert found == {"source_commit_id": theirs.id, "destination_commit_id": ours.id, "base_commit_id": base.id}
    merged = repository.commit(dev.merge_into(main)).get_commit()
    assert merged.parents == [ours.id, theirs.id]
    assert merged.message == "Merge 'dev' into 'main'"
    assert merged.metadata == {".lakefs.merge.strategy": "default"}
    assert content(main) == {"a": "2", "b": "2", "c": "1"}
    with pytest.raises(BadRequestException) as caught:
        dev.merge_into(main)
    assert "no changes" in caught.value.body["message"]
    squashed = repository.branch("other").create("main~1")
    reference = repository.ref("dev").merge_into(squashed, squash_merge=True, message="one", metadata={"k": "v"})
    assert repository.commit(reference).get_commit().parents == [ours.id]


def test_conflicts(api, repo, repository, main):
    commit(main, "base", a="1", b="1")
    dev = repository.branch("dev").create("main")
    commit(dev, "theirs", a="2")
    dev.object("b").delete()
    dev.commit("without b")
    ours = commit(main, "ours", a="3", b="3")
    url = f"/repositories/{repo}/refs/dev/merge/main"
    answer = api.request("POST", url, json={})
    assert (answer.status_code, answer.json()) == (409, {"reference": ""})
    with pytest.raises(ConflictException):
        dev.merge_into(main)
    assert [(change.type, change.path) for change in main.diff(dev)] == [("conflict", "a"), ("conflict", "b")]
    assert main.get_commit().id == ours.id
    keeping = repository.branch("keeping").create("main")
    dev.merge_into(keeping, strategy="dest-wins")
    assert content(keeping) == {"a": "3", "b": "3"}
    assert keeping.get_commit().metadata[".lakefs.merge.strategy"] == "dest-wins"
    dev.merge_into(main, strategy="source-wins")
    assert content(main) == {"a": "2"}
    for body, status in [({"strategy": "ours"}, 400), ({"message": 1}, 400)]:
        assert api.request("POST", url, json=body).status_code == status
    for path, status in [("dev/merge/main~1", 400), ("dev/merge/none", 404), ("none/merge/main", 404), ("dev$/merge/main", 400)]:
        assert api.request("POST", f"/repositories/{repo}/refs/{path}", json={}).status_code == status, path


def test_a_dirty_branch_takes_no_merge(repository, main):
    dev = repository.branch("dev").create("main")
    commit(dev, "theirs", a="1")
    put(main, b="1")
    with pytest.raises(BadRequestException) as caught:
        dev.merge_into(main)
    assert "dirty branch" in caught.value.body["message"]
    put(dev, staged="1")
    main.reset_changes()
    dev.merge_into(main)
    assert content(main) == {"a": "1"}
    assert [change.path for change in dev.uncommitted()] == ["staged"]


def test_revert(api, repo, repository, main):
    commit(main, "one", a="1")
    commit(main, "two", a="2", b="2")
    commit(main, "three", c="3")
    reverted = main.revert("main~1")
    assert reverted.message == "Revert main~1"
    assert content(main) == {"a": "1", "c": "3"}
    url = f"/repositories/{repo}/branches/main/revert"
    dev = repository.branch("dev").create("main~1")
    commit(dev, "dev", d="1")
    dev.merge_into(main)
    for body, status in [
        ({"ref": "main", "parent_number": 0}, 409), ({"ref": "main", "parent_number": 3}, 400),
        ({"ref": "main", "parent_number": -1}, 400), ({"ref": "main"}, 400), ({"ref": "none", "parent_number": 0}, 404)]:
        assert api.request("POST", url, json=body).status_code == status, body
    main.revert("main", 1)
    assert "d" not in content(main)
    put(main, dirty="1")
    assert "dirty branch" in api.request("POST", url, json={"ref": "main", "parent_number": 0}).json()["message"]


def test_a_conflicting_or_empty_revert(api, repo, main):
    commit(main, "one", a="1")
    commit(main, "two", a="2")
    url = f"/repositories/{repo}/branches/main/revert"
    conflict = api.request("POST", url, json={"ref": "main~1", "parent_number": 0})
    assert (conflict.status_code, "conflict found" in conflict.json()["message"]) == (409, True)
    api.request("POST", f"/repositories/{repo}/branches/main/commits", json={"message": "empty", "allow_empty": True})
    empty = api.request("POST", url, json={"ref": "main", "parent_number": 0})
    assert (empty.status_code, "no changes" in empty.json()["message"]) == (400, True)
    overrides = {"message": "own words", "metadata": {"k": "v"}}
    assert api.request("POST", url, json={
        "ref": "main", "parent_number": 0, "allow_empty": True, "commit_overrides": overrides}).status_code == 204
    head = main.get_commit()
    assert (head.message, head.metadata["k"]) == ("own words", "v")


def test_cherry_pick(api, repo, repository, main):
    commit(main, "base", a="1")
    dev = repository.branch("dev").create("main")
    commit(dev, "skip", b="1")
    put(dev, c="1")
    wanted = dev.commit("wanted", metadata={"k": "v"}).get_commit()
    picked = main.cherry_pick(dev)
    assert (picked.message, picked.metadata["k"], picked.metadata["cherry-pick-origin"]) == ("wanted", "v", wanted.id)
    assert picked.metadata["cherry-pick-committer"] == wanted.committer
    assert content(main) == {"a": "1", "c": "1"}
    url = f"/repositories/{repo}/branches/main/cherry-pick"
    dev.merge_into(main)
    other = repository.branch("other").create("main~2")
    for body, status in [
        ({"ref": "main"}, 400), ({"ref": "main", "parent_number": 3}, 400), ({"ref": "main", "parent_number": 0}, 400),
        ({"ref": "none"}, 404), ({"ref": "main", "parent_number": 1}, 201)]:
        answer = api.request("POST", f"/repositories/{repo}/branches/other/cherry-pick", json=body)
        assert answer.status_code == status, (body, answer.text)
    commit(main, "changes c", c="2")
    commit(other, "changes c too", c="3")
    assert api.request("POST", f"/repositories/{repo}/branches/other/cherry-pick", json={"ref": "main"}).status_code == 409
    assert api.request("POST", url, json={}).status_code == 400


def test_transactions(repository, main):
    with main.transact(commit_message="all at once", tag="done") as branch:
        put(branch, a="1", b="2")
        assert list(main.objects()) == []
    assert content(main) == {"a": "1", "b": "2"}
    assert repository.tag("done").get_commit().id == main.get_commit().id
    assert [branch.id for branch in repository.branches()] == ["main"]
    with pytest.raises(ZeroDivisionError):
        with main.transact(commit_message="never") as branch:
            put(branch, c="3")
            raise ZeroDivisionError
    assert content(main) == {"a": "1", "b": "2"}
    with pytest.raises(NotFoundException):
        branch.get_commit()
