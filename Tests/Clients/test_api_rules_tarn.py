"""What Tarn adds to the protocol, every parameter of it, by raw requests: conflicts and how they are settled, replay, last
commits, the ref log and undelete, counts and sizes."""

import hashlib
import time

import pytest

from raw_api import fresh, message

# Each operation with a request that is in order but for who asks: method, path, body.
OPERATIONS = [
    ("GET", "/refs/dev/merge/main/conflicts", None), ("POST", "/branches/main/replay", {"onto": "dev"}), ("GET", "/ref_log", None),
    ("POST", "/branches/gone/undelete", {}), ("POST", "/tags/gone/undelete", {}), ("GET", "/refs/main/objects/last_commits", None),
    ("GET", "/refs/main/objects/summary", None),
]


@pytest.mark.parametrize("method,path,body", OPERATIONS, ids=[row[1] for row in OPERATIONS])
def test_who_may_ask(raw, method, path, body):
    answer = raw.call(method, path, json=body, auth=None)
    assert (answer.status_code, message(answer)) == (401, "error authenticating request")
    assert raw.status(method, path, json=body, auth=(raw.api.key, "wrong")) == 401
    other = type(raw)(raw.api, "does-not-exist")
    answer = other.call(method, path, json=body)
    assert (answer.status_code, message(answer)) == (404, "repository not found")
    assert type(raw)(raw.api, "NO").status(method, path, json=body) == 400


# Conflicts


def collide(raw):
    """Conflicts over a (changed), b (deleted here), c (deleted there), d (added); `calm` changed on dev alone."""
    raw.commit("main", "base", {"a": "0", "b": "0", "c": "0", "calm": "0"})
    raw.branch("dev")
    raw.commit("main", "ours", {"a": "ours", "c": "ours", "d": "ours"}, removed=["b"])
    raw.commit("dev", "theirs", {"a": "theirs", "b": "theirs", "d": "theirs", "calm": "1"}, removed=["c"])


def conflicts(raw, **query):
    return [row["path"] for row in raw.get("/refs/dev/merge/main/conflicts", **query)["results"]]


def test_conflicts_are_listed_with_their_versions(raw):
    collide(raw)
    page = raw.get("/refs/dev/merge/main/conflicts")
    assert (page["source_commit_id"], page["destination_commit_id"]) == (raw.head("dev"), raw.head())
    assert page["base_commit_id"] == raw.show("main~")["id"]
    md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
    versions = {row.pop("path"): {side: entry["checksum"] for side, entry in row.items()} for row in page["results"]}
    assert versions == {
        "a": {"base": md5("0"), "source": md5("theirs"), "destination": md5("ours")},
        "b": {"base": md5("0"), "source": md5("theirs")}, "c": {"base": md5("0"), "destination": md5("ours")},
        "d": {"source": md5("theirs"), "destination": md5("ours")}}
    row = raw.get("/refs/dev/merge/main/conflicts", amount=1)["results"][0]
    assert row["source"] == raw.get("/refs/dev/objects/stat", path="a")
    # Only what is committed counts, and both sides may be any reference.
    raw.write("main", {"calm": "2"})
    raw.write("dev", {"e": "1"})
    assert conflicts(raw) == ["a", "b", "c", "d"]
    assert raw.get("/refs/dev@/merge/main~0/conflicts")["results"] == raw.get("/refs/dev/merge/main/conflicts")["results"]
    assert raw.get("/refs/dev/merge/main~/conflicts")["results"] == []
    assert raw.get("/refs/main/merge/main/conflicts")["results"] == []


def test_pages_of_conflicts(raw):
    collide(raw)
    for query, expected in [
            ({"amount": 2}, ["a", "b"]), ({"amount": 2, "after": "b"}, ["c", "d"]), ({"after": "bb"}, ["c", "d"]),
            ({"prefix": "c"}, ["c"]), ({"prefix": "ca"}, []), ({"prefix": "c", "after": "a"}, ["c"]), ({"prefix": "c", "after": "c"}, [])]:
        assert conflicts(raw, **query) == expected, query
    for path, status in [
            ("dev/merge/main/conflicts?amount=1001", 400), ("none/merge/main/conflicts", 404), ("dev/merge/none/conflicts", 404),
            ("dev~x/merge/main/conflicts", 400), ("dev/merge/main$/conflicts", 400), ("dev^2/merge/main/conflicts", 400)]:
        answer = raw.call("GET", f"/refs/{path}")
        assert answer.status_code == status, path
        message(answer)


def take(**sides):
    return [{"path": path, "take": side} for path, side in sides.items()]


# A sentence for each: fields of the merge, what is there then (None: 409, and nothing changes).
SETTLED = [
    ("each as it was asked", {"resolutions": take(a="source", b="source", c="source", d="source")},
     {"a": "theirs", "b": "theirs", "d": "theirs"}),
    ("the destination's", {"resolutions": take(a="destination", b="destination", c="destination", d="destination")},
     {"a": "ours", "c": "ours", "d": "ours"}),
    ("deleted", {"resolutions": take(a="delete", b="delete", c="delete", d="delete")}, {}),
    ("one and one", {"resolutions": take(a="source", b="destination", c="destination", d="delete")}, {"a": "theirs", "c": "ours"}),
    ("some left", {"resolutions": take(a="source", b="source", c="source")}, None),
    ("some left to a strategy", {"resolutions": take(a="source", d="delete"), "strategy": "dest-wins"}, {"a": "theirs", "c": "ours"}),
    ("paths without a conflict are not touched", {"resolutions": take(calm="destination", none="delete"), "strategy": "source-wins"},
     {"a": "theirs", "b": "theirs", "d": "theirs"}),
    ("no resolutions", {"resolutions": []}, None),
]


@pytest.mark.parametrize("rule,fields,expected", SETTLED, ids=[row[0] for row in SETTLED])
def test_a_merge_takes_a_resolution_for_each_path(raw, rule, fields, expected):
    collide(raw)
    head = raw.head()
    if expected is None:
        answer = raw.merge("dev", "main", **fields)
        assert (answer.status_code, answer.json()) == (409, {"reference": ""})
        assert raw.head() == head
        return
    merge = raw.merged("dev", "main", if_destination=head, **fields)
    assert merge["parents"] == [head, raw.head("dev")]
    assert raw.content() == {**expected, "calm": "1"}
    assert conflicts(raw) == []


def test_resolutions_that_are_none(raw):
    collide(raw)
    head = raw.head()
    for resolutions in ([{"path": "a"}], [{"take": "source"}], take(a="ours"), [{"path": 1, "take": "source"}], {}, ["a"],
                        take(a="source") + take(a="source")):
        answer = raw.merge("dev", "main", resolutions=resolutions)
        assert answer.status_code == 400, resolutions
        message(answer)
    assert raw.head() == head


def test_a_merge_may_ask_that_the_destination_has_not_moved(raw):
    collide(raw)
    listed = raw.get("/refs/dev/merge/main/conflicts")["destination_commit_id"]
    moved = raw.commit("main", "meanwhile", {"e": "1"})["id"]
    fields = {"resolutions": take(a="source"), "strategy": "dest-wins"}
    answer = raw.merge("dev", "main", if_destination=listed, **fields)
    assert answer.status_code == 412
    message(answer)
    for value in ("main", "", moved[:10], moved.upper() + "x"):
        assert raw.merge("dev", "main", if_destination=value, **fields).status_code == 400, value
    assert raw.head() == moved
    raw.merged("dev", "main", if_destination=moved, **fields)


# Replay


def replay(raw, onto, branch="dev", **fields):
    return raw.call("POST", f"/branches/{branch}/replay", json={"onto": onto, **fields})


def test_a_replay(raw, api):
    raw.commit("main", "base", {"a": "0"})
    raw.branch("dev")
    one = raw.commit("dev", "one", {"b": "1"}, metadata={"k": "v"}, date=1_000)
    two = raw.commit("dev", "two", {"c": "1"}, removed=["b"])
    empty = raw.commit("dev", "empty")
    there = raw.commit("dev", "there already", {"d": "1"})
    ours = raw.commit("main", "ours", {"d": "1", "e": "1"})
    answer = replay(raw, "main")
    assert answer.status_code == 200
    done = answer.json()
    assert [row["origin"] for row in done["commits"]] == [one["id"], two["id"], empty["id"], there["id"]]
    # What brings nothing new is left out, but what was empty from the first.
    assert "reference" not in done["commits"][3]
    made = [raw.show(row["reference"]) for row in done["commits"][:3]]
    assert [row["message"] for row in made] == ["one", "two", "empty"]
    assert [row["parents"] for row in made] == [[ours["id"]], [made[0]["id"]], [made[1]["id"]]]
    user = api.request("GET", "/user").json()["user"]["id"]
    assert made[0]["metadata"] == {"k": "v", "replay-origin": one["id"], "replay-committer": user}
    assert made[0]["committer"] == user and made[0]["creation_date"] > 1_000
    assert raw.head("dev") == done["reference"] == made[2]["id"]
    assert raw.content("dev") == {"a": "0", "c": "1", "d": "1", "e": "1"}
    # Again: everything is in its place.
    again = replay(raw, "main").json()
    assert again["reference"] == done["reference"]
    assert [row["reference"] for row in again["commits"]] == [row["id"] for row in made]
    # A branch with nothing of its own goes to where the other is.
    raw.branch("old", "main~")
    assert replay(raw, ours["id"], "old").json() == {"reference": ours["id"], "commits": []}
    assert raw.head("old") == ours["id"]


def test_a_replay_leaves_merges_out(raw):
    raw.branch("dev")
    raw.branch("side")
    raw.commit("side", "side", {"s": "1"})
    raw.commit("dev", "dev", {"d": "1"})
    merge = raw.merged("side", "dev")["id"]
    raw.commit("main", "ours", {"m": "1"})
    done = replay(raw, "main").json()
    assert [row["origin"] for row in done["commits"] if "reference" not in row] == [merge]
    assert sorted(raw.messages("dev")[:2]) == ["dev", "side"]
    assert raw.content("dev") == {"d": "1", "m": "1", "s": "1"}


def test_a_replay_that_meets_a_conflict(raw):
    raw.commit("main", "base", {"a": "0"})
    raw.branch("dev")
    first = raw.commit("dev", "one", {"b": "1"})
    theirs = raw.commit("dev", "two", {"a": "dev"})
    raw.commit("main", "ours", {"a": "main"})
    answer = replay(raw, "main")
    assert (answer.status_code, "conflict found" in message(answer), theirs["id"] in message(answer)) == (409, True, True)
    assert raw.head("dev") == theirs["id"]
    for strategy, value in [("dest-wins", "main"), ("source-wins", "dev")]:
        raw.branch(strategy, "dev")
        assert replay(raw, "main", strategy, strategy=strategy).status_code == 200
        assert raw.content(strategy) == {"a": value, "b": "1"}
    assert raw.log("dev")[1]["id"] == first["id"]


def test_what_cannot_be_replayed(raw):
    raw.branch("dev")
    raw.commit("dev", "dev", {"a": "1"})
    for body, status in [
            ({}, 400), ({"onto": 1}, 400), ({"onto": ""}, 400), ({"onto": "none"}, 404), ({"onto": "main~9"}, 404),
            ({"onto": "main~x"}, 400), ({"onto": "main", "strategy": "ours"}, 400), ({"onto": "main", "force": "yes"}, 400)]:
        answer = raw.call("POST", "/branches/dev/replay", json=body)
        assert answer.status_code == status, body
        message(answer)
    assert replay(raw, "main", "none").status_code == 404
    assert replay(raw, "main", "a.b").status_code == 400
    raw.write("dev", {"b": "1"})
    answer = replay(raw, "main")
    assert (answer.status_code, "uncommitted changes (dirty branch)" in message(answer)) == (400, True)


# Last commits


@pytest.fixture(scope="module")
def layered(api):
    with fresh(api) as raw:
        raw.commit("main", "first", {"a": "1", "b/1": "22", "b/c/1": "1", "d": "333"})
        raw.branch("dev")
        raw.commit("main", "second", {"b/2": "1", "d": "4444"})
        raw.commit("dev", "on dev", {"b/c/1": "2"})
        raw.merged("dev", "main")
        raw.commit("main", "third", {"e": "1"}, removed=["b/1"])
        raw.write("main", {"staged": "1", "e": "55555", "n/1": "1"})
        raw.remove("main", "a")
        yield raw


# A sentence for each: reference, query, rows of path, last commit (None: all of it is staged), staged or not.
LAST = [
    ("everything", "main", {}, [("b/2", "second", False), ("b/c/1", "on dev", False), ("d", "second", False), ("e", "third", True),
                                ("n/1", None, True), ("staged", None, True)]),
    ("folded rows", "main", {"delimiter": "/"}, [("b/", "third", False), ("d", "second", False), ("e", "third", True),
                                                 ("n/", None, True), ("staged", None, True)]),
    ("below a prefix", "main", {"delimiter": "/", "prefix": "b/"}, [("b/2", "second", False), ("b/c/", "on dev", False)]),
    ("behind a row", "main", {"after": "d"}, [("e", "third", True), ("n/1", None, True), ("staged", None, True)]),
    ("behind a folded row", "main", {"delimiter": "/", "after": "b/", "amount": 1}, [("d", "second", False)]),
    ("a page", "main", {"amount": 2}, [("b/2", "second", False), ("b/c/1", "on dev", False)]),
    ("without what is staged", "main@", {"after": "d"}, [("e", "third", False)]),
    ("an older commit", "main~3", {}, [("a", "first", False), ("b/1", "first", False), ("b/c/1", "first", False), ("d", "first", False)]),
    ("another branch", "dev", {"delimiter": "/"}, [("a", "first", False), ("b/", "on dev", False), ("d", "first", False)]),
    ("nothing there", "main", {"prefix": "none"}, []),
]


@pytest.mark.parametrize("rule,reference,query,expected", LAST, ids=[row[0] for row in LAST])
def test_last_commits(layered, rule, reference, query, expected):
    rows = layered.get(f"/refs/{reference}/objects/last_commits", **query)["results"]
    assert [(row["path"], row["commit"]["message"] if "commit" in row else None, row["staged"]) for row in rows] == expected
    listed = layered.get(f"/refs/{reference}/objects/ls", **query)["results"]
    for row, other in zip(rows, listed, strict=True):
        assert (row["path"], row["path_type"], row.get("size_bytes")) == (other["path"], other["path_type"], other.get("size_bytes"))
        assert row["exact"] is True
        if "commit" in row:
            assert row["commit"] == layered.show(row["commit"]["id"])


# Counts and sizes


def summary(raw, reference, *prefixes):
    query = {"prefixes": list(prefixes)} if prefixes else {}
    return [(row["prefix"], row["objects"], row["size_bytes"]) for row in raw.get(f"/refs/{reference}/objects/summary", **query)["results"]]


def test_counts_and_sizes(layered):
    # b/2 b/c/1 d(4) e(5) n/1 staged: six objects, 4 of them of one byte.
    assert summary(layered, "main") == summary(layered, "main", "") == [("", 6, 13)]
    assert summary(layered, "main$", "b/", "", "b", "none", "b/c/1", "b/") == [
        ("b/", 2, 2), ("", 6, 13), ("b", 2, 2), ("none", 0, 0), ("b/c/1", 1, 1), ("b/", 2, 2)]
    assert summary(layered, "main@", "", "e", "a") == [("", 5, 8), ("e", 1, 1), ("a", 1, 1)]
    assert summary(layered, "main~3") == [("", 4, 7)]
    assert len(summary(layered, "main", *["x"] * 100)) == 100
    for reference in ("main", "dev", "main@"):
        sizes = [row["size_bytes"] for row in layered.get(f"/refs/{reference}/objects/ls")["results"]]
        assert summary(layered, reference) == [("", len(sizes), sum(sizes))]
    answer = layered.call("GET", "/refs/main/objects/summary", params={"prefixes": ["x"] * 101})
    assert (answer.status_code, "prefixes" in message(answer)) == (400, True)


@pytest.mark.parametrize("view", ["last_commits", "summary"])
@pytest.mark.parametrize("reference,status", [
    ("none", 404), ("main~9", 404), ("main~x", 400), ("main^3", 400), ("main@1", 400), ("f" * 64, 404)])
def test_overviews_of_what_is_not_there(layered, view, reference, status):
    answer = layered.call("GET", f"/refs/{reference}/objects/{view}")
    assert answer.status_code == status
    message(answer)


# The ref log


def moves(raw, **query):
    return [(row["ref"], row["kind"], row["action"]) for row in raw.get("/ref_log", **query)["results"]]


def test_the_ref_log_tells_who_moved_what(raw, api):
    first = raw.head()
    second = raw.commit("main", "c", {"a": "1"})["id"]
    raw.branch("dev")
    raw.tag("v1", first)
    third = raw.commit("dev", "d", {"b": "1"})["id"]
    merge = raw.merged("dev", "main")["id"]
    raw.done(204, "PUT", "/branches/dev/hard_reset?ref=v1")
    raw.done(204, "DELETE", "/tags/v1")
    raw.done(204, "DELETE", "/branches/dev")
    rows = raw.get("/ref_log")["results"]
    assert [(row["ref"], row["kind"], row.get("from"), row.get("to")) for row in rows] == [
        ("dev", "branch", first, None), ("v1", "tag", first, None), ("dev", "branch", third, first), ("main", "branch", second, merge),
        ("dev", "branch", second, third), ("v1", "tag", None, first), ("dev", "branch", None, second), ("main", "branch", first, second),
        ("main", "branch", None, first)]
    assert [row["action"] for row in rows] == [
        "delete branch", "delete tag", "hard reset", "merge", "commit", "create tag", "create branch", "commit", "create repository"]
    user = api.request("GET", "/user").json()["user"]["id"]
    assert {row["actor"] for row in rows} == {user}
    assert all(type(row["date"]) is int and abs(row["date"] - time.time()) < 600 for row in rows)
    assert [int(row["id"]) for row in rows] == sorted((int(row["id"]) for row in rows), reverse=True)
    # By name, deletions alone, both; page by page.
    assert [row["ref"] for row in raw.get("/ref_log", ref="main")["results"]] == ["main"] * 3
    assert moves(raw, deleted="true") == [("dev", "branch", "delete branch"), ("v1", "tag", "delete tag")]
    assert moves(raw, deleted="true", ref="v1") == [("v1", "tag", "delete tag")]
    assert moves(raw, ref="none") == moves(raw, ref="main", deleted="true") == []
    page = raw.get("/ref_log", ref="dev", amount=2)
    assert page["pagination"]["next_offset"] == page["results"][1]["id"] == rows[2]["id"]
    assert raw.get("/ref_log", ref="dev", after=rows[2]["id"])["results"] == [rows[4], rows[6]]
    assert raw.get("/ref_log", after="0")["results"] == []


@pytest.mark.parametrize("query", [
    {"after": "x"}, {"after": "-1"}, {"after": "1.5"}, {"after": "9" * 30}, {"amount": "1001"}, {"deleted": "yes"}, {"ref": ""}])
def test_a_ref_log_that_cannot_be_asked_for(raw, query):
    answer = raw.call("GET", "/ref_log", params=query)
    assert (answer.status_code, list(query)[0] in message(answer)) == (400, True)


def test_a_deleted_branch_comes_back(raw):
    first = raw.head()
    raw.branch("dev", hidden=True)
    second = raw.commit("dev", "c", {"a": "1"})["id"]
    raw.write("dev", {"staged": "1"})
    raw.done(204, "DELETE", "/branches/dev")
    assert raw.done(201, "POST", "/branches/dev/undelete").json() == {"id": "dev", "commit_id": second}
    # Without what was staged, hidden as it was.
    assert (raw.content("dev"), raw.uncommitted("dev")) == ({"a": "1"}, [])
    assert [row["id"] for row in raw.get("/branches")["results"]] == ["main"]
    answer = raw.call("POST", "/branches/dev/undelete", json={})
    assert (answer.status_code, "branch already exists" in message(answer)) == (409, True)
    # An earlier deletion, by its move.
    raw.done(204, "DELETE", "/branches/dev")
    raw.branch("dev", first)
    raw.done(204, "DELETE", "/branches/dev")
    latest, older, _ = raw.get("/ref_log", ref="dev", deleted="true")["results"]
    assert raw.done(201, "POST", "/branches/dev/undelete", json={"deletion": older["id"]}).json()["commit_id"] == second
    raw.done(204, "DELETE", "/branches/dev")
    assert raw.done(201, "POST", "/branches/dev/undelete", json={"deletion": latest["id"]}).json()["commit_id"] == first
    assert moves(raw, ref="dev", amount=1) == [("dev", "branch", "undelete branch")]


def test_a_deleted_tag_comes_back(raw):
    commit = raw.commit("main", "c", {"a": "1"})["id"]
    raw.tag("v1.0")
    raw.done(204, "DELETE", "/tags/v1.0")
    assert raw.done(201, "POST", "/tags/v1.0/undelete").json() == {"id": "v1.0", "commit_id": commit}
    assert raw.status("POST", "/tags/v1.0/undelete") == 409
    raw.done(204, "DELETE", "/tags/v1.0")
    deletion = raw.get("/ref_log", deleted="true", amount=1)["results"][0]["id"]
    raw.tag("v1.0", "main~")
    raw.done(204, "DELETE", "/tags/v1.0")
    assert raw.done(201, "POST", "/tags/v1.0/undelete", json={"deletion": deletion}).json()["commit_id"] == commit
    assert moves(raw, amount=1) == [("v1.0", "tag", "undelete tag")]


@pytest.mark.parametrize("path,body,status", [
    ("/branches/never/undelete", {}, 404), ("/branches/gone.tag/undelete", {}, 400), ("/tags/never/undelete", {}, 404),
    ("/tags/gone/undelete", {}, 404), ("/branches/gone/undelete", {"deletion": "1"}, 404),
    ("/branches/gone/undelete", {"deletion": "x"}, 400),
    ("/branches/gone/undelete", {"deletion": 1}, 400), ("/branches/gone/undelete", {"deletion": "-1"}, 400),
    ("/tags/gone.tag/undelete", {"deletion": "x"}, 400), ("/branches/gone/undelete", {"force": 1}, 400),
    ("/branches/taken/undelete", {}, 409)])
def test_what_cannot_come_back(raw, path, body, status):
    raw.branch("gone")
    raw.branch("taken")
    raw.tag("gone.tag")
    for deleted in ("/branches/gone", "/branches/taken", "/tags/gone.tag"):
        raw.done(204, "DELETE", deleted)
    raw.tag("taken")
    answer = raw.call("POST", path, json=body)
    assert answer.status_code == status, answer.text
    message(answer)
