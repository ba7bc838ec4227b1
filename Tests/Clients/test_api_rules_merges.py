"""Merges, reverts and cherry-picks, rule by rule, by raw requests."""

import pytest

from raw_api import message

STRATEGY = ".lakefs.merge.strategy"

# Merges

# What happened to the path on each side since the base, where it was "0" or (None) was not: destination, source, the merge's
# outcome, and that with source-wins and dest-wins where it is a conflict.
PATHS = {
    "only the source changed": ("0", "s", "0", "s"), "only the destination changed": ("d", "0", "0", "d"),
    "the source added": (None, "s", None, "s"), "the destination added": ("d", None, None, "d"),
    "the source deleted": ("0", None, "0", None), "the destination deleted": (None, "0", "0", None),
    "both changed alike": ("x", "x", "0", "x"), "both added alike": ("x", "x", None, "x"), "both deleted": (None, None, "0", None),
}
CONFLICTS = {
    "both changed": ("d", "s", "0"), "both added": ("d", "s", None), "deleted by the source": ("d", None, "0"),
    "deleted by the destination": (None, "s", "0"),
}


def sides(raw, table):
    """Makes main and dev as a table says, its names being the paths."""
    for branch, side in [("main", 2), ("main", 0), ("dev", 1)]:
        base = {path: row[2] for path, row in table.items()}
        wanted = {path: row[side] for path, row in table.items()}
        before = {} if side == 2 else base
        written = {path: value for path, value in wanted.items() if value is not None and value != before.get(path)}
        removed = [path for path, value in before.items() if value is not None and wanted[path] is None]
        raw.commit(branch, f"side {side}", {**written, f"side {side}": "1"}, removed)
        if side == 2:
            raw.branch("dev")


def outcome(raw, reference="main"):
    return {path: value for path, value in raw.content(reference).items() if not path.startswith("side ")}


@pytest.mark.parametrize("fields", [{}, {"strategy": "source-wins"}, {"strategy": "dest-wins"}, {"squash_merge": True}], ids=str)
def test_a_merge_takes_the_side_that_changed(raw, fields):
    sides(raw, PATHS)
    merge = raw.merged("dev", "main", **fields)
    assert outcome(raw) == {path: row[3] for path, row in PATHS.items() if row[3] is not None}
    assert merge["metadata"] == {STRATEGY: fields.get("strategy", "default")}


@pytest.mark.parametrize("path", CONFLICTS)
def test_a_conflict_is_409_with_a_body_of_its_own_and_changes_nothing(raw, path):
    sides(raw, {path: CONFLICTS[path], "harmless": ("0", "s", "0")})
    before = raw.head(), raw.content()
    for fields in ({}, {"strategy": ""}, {"force": True}, {"allow_empty": True}, {"squash_merge": True}):
        answer = raw.merge("dev", "main", **fields)
        assert (answer.status_code, answer.json()) == (409, {"reference": ""}), fields
    assert (raw.head(), raw.content()) == before
    assert raw.diff("main", "dev") == sorted(
        [("changed", "harmless"), ("conflict", path), ("added", "side 1")], key=lambda row: row[1])


@pytest.mark.parametrize("strategy,side", [("source-wins", 1), ("dest-wins", 0)])
def test_a_strategy_settles_conflicts_and_nothing_else(raw, strategy, side):
    sides(raw, {**{path: (*row, row[side]) for path, row in CONFLICTS.items()}, **PATHS})
    merge = raw.merged("dev", "main", strategy=strategy)
    expected = {path: row[side] for path, row in CONFLICTS.items()} | {path: row[3] for path, row in PATHS.items()}
    assert outcome(raw) == {path: value for path, value in expected.items() if value is not None}
    assert merge["metadata"][STRATEGY] == strategy
    # It is merged: nothing is left to do, nor to settle.
    assert raw.merge("dev", "main").status_code == 400


def test_a_merge_is_always_a_commit_with_two_parents(raw):
    base = raw.head()
    raw.branch("dev")
    for number in range(3):
        theirs = raw.commit("dev", f"dev {number}", {f"{number}": "1"})
    # Though main has nothing of its own, it is not just moved.
    merge = raw.merged("dev", "main")
    assert merge["parents"] == [base, theirs["id"]]
    assert merge["generation"] == 5
    assert merge["message"] == "Merge 'dev' into 'main'"
    assert merge["metadata"] == {STRATEGY: "default"}
    assert merge["meta_range_id"] == theirs["meta_range_id"]
    assert raw.head() == merge["id"]


@pytest.mark.parametrize("source", ["dev", "dev~", "dev~0", "dev@", "dev^1", "v1", "ID"])
def test_any_commit_is_merged_and_named_as_it_was_asked_for(raw, source):
    raw.branch("dev")
    ids = [raw.commit("dev", "one", {"a": "1"})["id"], raw.commit("dev", "two", {"b": "1"})["id"]]
    raw.tag("v1", "dev")
    source = source.replace("ID", ids[1])
    merge = raw.merged(source.replace("^", "%5E"), "main")
    assert merge["message"] == f"Merge '{source}' into 'main'"
    assert merge["parents"][1] == ids[0 if source in ("dev~", "dev^1") else 1]


def test_what_a_merge_commit_may_be_told(raw, api):
    raw.branch("dev")
    raw.commit("dev", "dev", {"a": "1"})
    raw.branch("squashed")
    head = raw.head()
    metadata = {"k": "v", STRATEGY: "mine"}
    merge = raw.merged("dev", "main", message="own words", metadata=metadata, strategy="dest-wins")
    assert (merge["message"], merge["metadata"]) == ("own words", {"k": "v", STRATEGY: "dest-wins"})
    assert merge["committer"] == api.request("GET", "/user").json()["user"]["id"]
    squash = raw.merged("dev", "squashed", squash_merge=True, message="")
    assert (squash["parents"], squash["generation"]) == ([head], 2)
    assert squash["message"] == "Merge 'dev' into 'squashed'"
    assert raw.content("squashed") == {"a": "1"}
    # Without a body, too.
    raw.commit("dev", "more", {"b": "1"})
    assert raw.status("POST", "/refs/dev/merge/main") == 200


def test_a_source_that_changed_nothing(raw):
    raw.commit("main", "base", {"a": "1"})
    raw.branch("dev")
    raw.branch("reverting")
    ours = raw.commit("main", "ours", {"b": "1"})
    raw.commit("reverting", "there", {"c": "1"})
    raw.commit("reverting", "and back", removed=["c"])
    for source in ("dev", "reverting", "main", "main~1"):
        for fields in ({}, {"strategy": "source-wins"}, {"squash_merge": True}):
            answer = raw.merge(source, "main", **fields)
            assert (answer.status_code, "no changes" in message(answer)) == (400, True), source
    assert raw.head() == ours["id"]
    for fields in ({"allow_empty": True}, {"force": True}):
        merge = raw.merged("dev", "main", **fields)
        assert merge["meta_range_id"] == ours["meta_range_id"]
        assert merge["parents"][1] == raw.head("dev")
    assert raw.content() == {"a": "1", "b": "1"}


def test_the_nearest_common_ancestor_is_the_base(raw):
    raw.commit("main", "base", {"a": "0"})
    raw.branch("dev")
    raw.commit("dev", "one", {"a": "1"})
    raw.merged("dev", "main")
    nearest = raw.commit("dev", "two", {"a": "2"})["id"]
    raw.merged("dev", "main")
    raw.commit("main", "ours", {"b": "1"})
    third = raw.commit("dev", "three", {"a": "3"})["id"]
    # Both have changed `a` since the branch was made, but not since they last met.
    assert raw.get("/refs/dev/merge/main") == {
        "source_commit_id": third, "destination_commit_id": raw.head(), "base_commit_id": nearest}
    assert raw.get("/refs/main/merge/dev") == {
        "source_commit_id": raw.head(), "destination_commit_id": third, "base_commit_id": nearest}
    assert raw.get("/refs/dev~1/merge/main~")["source_commit_id"] == nearest
    raw.merged("dev", "main")
    assert raw.content() == {"a": "3", "b": "1"}
    # A squash does not tell of the source: what it brought is met again, and is the same.
    raw.branch("late", nearest)
    raw.merged("dev", "late", squash_merge=True)
    assert raw.get("/refs/dev/merge/late")["base_commit_id"] == nearest
    assert raw.merged("dev", "late")["meta_range_id"] == raw.show("late~1")["meta_range_id"]


@pytest.mark.parametrize("path,status", [
    ("none/merge/main", 404), ("main~9/merge/main", 404), ("main/merge/none", 404), ("main/merge/none~1", 404), ("main^2/merge/main", 400),
    ("main~x/merge/main", 400)])
def test_a_base_of_what_is_not_there(raw, path, status):
    assert raw.status("GET", f"/refs/{path}") == status


@pytest.mark.parametrize("path,body,status", [
    ("dev/merge/none", {}, 404), ("none/merge/main", {}, 404), ("dev~9/merge/main", {}, 404), ("dev^2/merge/main", {}, 400),
    ("dev/merge/main~1", {}, 400), ("dev/merge/main@", {}, 400), ("dev/merge/main$", {}, 400), ("dev/merge/v1.0", {}, 400),
    ("dev/merge/tag", {}, 404), ("dev$/merge/main", {}, 400), ("dev~x/merge/main", {}, 400),
    ("dev/merge/main", {"strategy": "ours"}, 400), ("dev/merge/main", {"strategy": "Source-Wins"}, 400),
    ("dev/merge/main", {"strategy": 1}, 400), ("dev/merge/main", {"message": 1}, 400), ("dev/merge/main", {"metadata": {"a": 1}}, 400),
    ("dev/merge/main", {"squash_merge": "yes"}, 400), ("dev/merge/main", [], 400)])
def test_what_cannot_be_merged(raw, path, body, status):
    raw.branch("dev")
    raw.commit("dev", "dev", {"a": "1"})
    raw.tag("tag")
    raw.tag("v1.0")
    head = raw.head()
    answer = raw.call("POST", f"/refs/{path}", json=body)
    assert answer.status_code == status, answer.text
    message(answer)
    assert raw.head() == head


def test_a_dirty_destination_is_400_and_what_is_staged_on_the_source_stays_there(raw):
    raw.branch("dev")
    raw.commit("dev", "dev", {"a": "1"})
    raw.write("dev", {"staged": "1"})
    raw.write("main", {"b": "1"})
    for fields in ({}, {"force": True}, {"strategy": "source-wins"}):
        answer = raw.merge("dev", "main", **fields)
        assert (answer.status_code, "uncommitted changes (dirty branch)" in message(answer)) == (400, True)
    assert raw.content() == {"b": "1"}
    raw.done(204, "PUT", "/branches/main", json={"type": "reset"})
    # What is staged and changes nothing does not make it dirty, and does not hide what comes.
    raw.write("main", {"a": "0"})
    raw.remove("main", "a")
    raw.merged("dev", "main")
    assert raw.content() == {"a": "1"}
    assert raw.uncommitted("dev") == [("added", "staged")]


# Reverts


def revert(raw, ref, parent_number=0, branch="main", **fields):
    return raw.call("POST", f"/branches/{branch}/revert", json={"ref": ref, "parent_number": parent_number, **fields})


@pytest.mark.parametrize("ref", ["main~1", "main~", "main^", "v1", "ID", "dev@"])
def test_a_revert(raw, api, ref):
    raw.commit("main", "one", {"a": "1", "b": "1"})
    two = raw.commit("main", "two", {"a": "2", "c": "2"}, removed=["b"], metadata={"k": "v"})["id"]
    raw.tag("v1")
    raw.branch("dev")
    three = raw.commit("main", "three", {"d": "3"})
    ref = ref.replace("ID", two)
    answer = revert(raw, ref)
    assert (answer.status_code, answer.content) == (204, b"")
    made = raw.show("main")
    assert made["message"] == f"Revert {ref}"
    assert (made["parents"], made["metadata"], made["generation"]) == ([three["id"]], {}, 5)
    assert made["committer"] == api.request("GET", "/user").json()["user"]["id"]
    assert raw.content() == {"a": "1", "b": "1", "d": "3"}
    # With one parent, that one may be named.
    assert revert(raw, three["id"], 1).status_code == 204
    assert raw.content() == {"a": "1", "b": "1"}
    # A revert is reverted.
    assert revert(raw, "main").status_code == 204
    assert raw.content() == {"a": "1", "b": "1", "d": "3"}


def test_a_revert_of_a_merge_goes_back_to_the_parent_that_is_named(raw):
    raw.commit("main", "base", {"base": "1"})
    raw.branch("dev")
    raw.commit("main", "ours", {"ours": "1"})
    raw.commit("dev", "theirs", {"theirs": "1"})
    merge = raw.merged("dev", "main")["id"]
    answer = revert(raw, merge)
    assert answer.status_code == 409
    message(answer)
    for number in (3, 99, -1, -99):
        assert revert(raw, merge, number).status_code == 400, number
    for number, content in [(1, {"base", "ours"}), (2, {"base", "theirs"})]:
        raw.branch(f"b{number}", merge)
        assert revert(raw, merge, number, branch=f"b{number}").status_code == 204
        assert set(raw.content(f"b{number}")) == content
    assert raw.head() == merge


def test_what_cannot_be_reverted(raw):
    raw.commit("main", "one", {"a": "1"})
    raw.commit("main", "two", {"a": "2"})
    raw.commit("main", "empty")
    head = raw.head()
    for body, status in [
            ({"ref": "main"}, 400), ({"parent_number": 0}, 400), ({"ref": "main", "parent_number": "0"}, 400),
            ({"ref": "", "parent_number": 0}, 400), ({"ref": "none", "parent_number": 0}, 404),
            ({"ref": "main~9", "parent_number": 0}, 404), ({"ref": "main", "parent_number": 2}, 400),
            ({"ref": "main", "parent_number": -1}, 400), ({"ref": "main", "parent_number": 0, "commit_overrides": "x"}, 400)]:
        assert raw.status("POST", "/branches/main/revert", json=body) == status, body
    assert revert(raw, "main", branch="none").status_code == 404
    # Another commit has changed it since.
    answer = revert(raw, "main~2")
    assert (answer.status_code, "conflict found" in message(answer)) == (409, True)
    # Nothing to undo; undone already.
    for ref in ("main", "main~3"):
        answer = revert(raw, ref)
        assert answer.status_code == 400, ref
    assert "no changes" in message(revert(raw, "main"))
    raw.write("main", {"dirty": "1"})
    answer = revert(raw, "main~1")
    assert (answer.status_code, "uncommitted changes (dirty branch)" in message(answer)) == (400, True)
    assert raw.head() == head


def test_a_revert_may_be_empty_and_say_its_own_words(raw):
    raw.commit("main", "one", {"a": "1"})
    empty = raw.commit("main", "empty")
    overrides = {"message": "own words", "metadata": {"k": "v"}}
    assert revert(raw, "main", allow_empty=True, commit_overrides=overrides).status_code == 204
    made = raw.show("main")
    assert (made["message"], made["metadata"], made["meta_range_id"]) == ("own words", {"k": "v"}, empty["meta_range_id"])
    assert revert(raw, "main~2", commit_overrides={"message": ""}).status_code == 204
    assert raw.show("main")["message"] == "Revert main~2"
    assert raw.content() == {}


# Cherry-picks


def pick(raw, ref, branch="main", **fields):
    return raw.call("POST", f"/branches/{branch}/cherry-pick", json={"ref": ref, **fields})


def test_a_cherry_pick(raw, api):
    user = api.request("GET", "/user").json()["user"]["id"]
    raw.commit("main", "base", {"a": "1", "b": "1"})
    raw.branch("dev")
    raw.commit("dev", "skipped", {"skipped": "1"})
    origin = raw.commit("dev", "wanted", {"a": "2"}, removed=["b"], metadata={"k": "v", "cherry-pick-origin": "old"}, date=1_000)
    raw.commit("dev", "skipped too", {"a": "3"})
    ours = raw.commit("main", "ours", {"d": "1"})
    answer = pick(raw, "dev~")
    assert answer.status_code == 201
    made = answer.json()
    assert made == raw.show("main")
    assert (made["message"], made["parents"], made["committer"], made["generation"]) == ("wanted", [ours["id"]], user, 4)
    assert made["metadata"] == {"k": "v", "cherry-pick-origin": origin["id"], "cherry-pick-committer": user}
    assert made["creation_date"] > 1_000
    assert raw.content() == {"a": "2", "d": "1"}
    raw.branch("other", "main~1")
    overridden = pick(raw, origin["id"], "other", parent_number=1, commit_overrides={"message": "own", "metadata": {"own": "1"}}).json()
    assert overridden["message"] == "own"
    assert overridden["metadata"] == {"own": "1", "cherry-pick-origin": origin["id"], "cherry-pick-committer": user}


def test_a_cherry_pick_of_a_merge_names_the_parent(raw):
    raw.commit("main", "base", {"base": "1"})
    raw.branch("dev")
    for branch in ("b1", "b2", "b3"):
        raw.branch(branch)
    raw.commit("main", "ours", {"ours": "1"})
    raw.commit("dev", "theirs", {"theirs": "1"})
    merge = raw.merged("dev", "main")["id"]
    for fields in ({}, {"parent_number": 0}, {"parent_number": -1}, {"parent_number": 3}, {"parent_number": "1"}):
        answer = pick(raw, merge, "b3", **fields)
        assert answer.status_code == 400, fields
        message(answer)
    for number, path in [(1, "theirs"), (2, "ours")]:
        answer = pick(raw, merge, f"b{number}", parent_number=number)
        assert (answer.status_code, len(answer.json()["parents"])) == (201, 1)
        assert set(raw.content(f"b{number}")) == {"base", path}


def test_what_cannot_be_picked(raw):
    root = raw.head()
    raw.commit("main", "base", {"a": "1"})
    raw.branch("dev")
    raw.commit("dev", "theirs", {"a": "2"})
    raw.commit("dev", "empty")
    raw.commit("main", "ours", {"a": "3"})
    head = raw.head()
    for body, status in [
            ({}, 400), ({"ref": ""}, 400), ({"ref": "none"}, 404), ({"ref": "main~9"}, 404), ({"ref": root}, 400),
            ({"ref": root, "parent_number": 1}, 400), ({"ref": "dev", "parent_number": 2}, 400),
            ({"ref": "dev", "parent_number": 0}, 400), ({"ref": "dev"}, 400), ({"ref": "dev~x"}, 400)]:
        assert raw.status("POST", "/branches/main/cherry-pick", json=body) == status, body
    answer = pick(raw, "dev~1")
    assert (answer.status_code, "conflict found" in message(answer)) == (409, True)
    assert pick(raw, "dev", "none").status_code == 404
    raw.write("main", {"dirty": "1"})
    answer = pick(raw, "dev~1")
    assert (answer.status_code, "uncommitted changes (dirty branch)" in message(answer)) == (400, True)
    assert raw.head() == head


def test_both_look_away_from_protection(raw):
    raw.commit("main", "base", {"a": "1"})
    raw.branch("dev")
    raw.commit("dev", "dev", {"b": "1"})
    raw.done(204, "PUT", "/settings/branch_protection", json=[{"pattern": "main"}])
    assert pick(raw, "dev").status_code == 201
    assert revert(raw, "main").status_code == 204
    assert raw.content() == {"a": "1"}
