"""Commits and logs, rule by rule, by raw requests."""

import datetime
import hashlib
import struct
import time

import pytest

from raw_api import fresh, message


def text(value):
    encoded = value.encode()
    return b"\x01" + integer(len(encoded)) + encoded


def integer(value):
    return b"\x02\x08" + struct.pack(">q", value)


def commit_id(commit):
    """The id that follows from what the API answers of a commit."""
    parents = b"\x03" + integer(len(commit["parents"])) + b"".join(map(text, commit["parents"]))
    metadata = commit["metadata"]
    pairs = b"".join(text(key) + text(metadata[key]) for key in sorted(metadata, key=str.encode))
    nested = hashlib.sha256(parents).digest()
    return hashlib.sha256(
        text("commit:v1") + text(commit["committer"]) + text(commit["message"]) + text(commit["meta_range_id"])
        + integer(commit["creation_date"]) + b"\x04" + integer(len(metadata)) + pairs
        + b"\x05\x00" + integer(len(nested)) + nested).hexdigest()


# Commits


def test_the_first_commit(raw, api):
    first = raw.show("main")
    assert first == {
        "id": first["id"], "parents": [], "committer": "", "message": "Repository created", "metadata": {},
        "creation_date": first["creation_date"], "meta_range_id": "", "generation": 1, "version": 1}
    assert abs(first["creation_date"] - time.time()) < 600


def test_what_a_commit_is(raw, api):
    first = raw.head()
    made = raw.commit("main", "words of änything\n", {"a": "1"}, metadata={"b": "2", "Z": "", "é": "ü"})
    assert (made["parents"], made["generation"], made["version"]) == ([first], 2, 1)
    assert made["committer"] == api.request("GET", "/user").json()["user"]["id"]
    assert (made["message"], made["metadata"]) == ("words of änything\n", {"b": "2", "Z": "", "é": "ü"})
    assert abs(made["creation_date"] - time.time()) < 600
    assert raw.head() == made["id"] and raw.uncommitted() == []
    assert raw.show("main") == raw.show(made["id"]) == raw.log()[0] == made
    empty = raw.commit("main", "")
    assert (empty["metadata"], empty["message"], empty["meta_range_id"]) == ({}, "", made["meta_range_id"])
    raw.branch("dev", first)
    raw.commit("dev", "dev", {"b": "1"})
    merge = raw.merged("dev", "main")
    assert (merge["generation"], len(merge["parents"])) == (4, 2)


def test_an_id_is_the_hash_of_the_commit(raw):
    raw.commit("main", "äöü", {"a": "1"}, metadata={"b": "2", "Z": "", "é": "ü"}, date=0)
    raw.commit("main", "", removed=["a"], date=-5)
    raw.branch("dev", "main~2")
    raw.commit("dev", "dev", {"b": "1"}, date=1 << 33)
    raw.merged("dev", "main")
    for commit in raw.log():
        assert commit_id(commit) == commit["id"], commit


def test_equal_commits_are_one(raw):
    raw.branch("a")
    raw.branch("b")
    first, second = (raw.commit(branch, "m", date=1_000_000, metadata={"k": "v"}) for branch in "ab")
    assert first == second
    assert raw.commit("a", "m", date=1_000_000)["id"] != raw.commit("b", "m", date=1_000_001)["id"]
    assert [row["message"] for row in raw.log("b")] == ["m", "m", ROOT]


@pytest.mark.parametrize("body", [
    {}, {"message": 1}, {"message": None}, {"message": "m", "metadata": {"a": 1}}, {"message": "m", "metadata": []},
    {"message": "m", "date": "x"}, {"message": "m", "date": 1.5}, {"message": "m", "allow_empty": "yes"}, [], "m"])
def test_what_is_no_commit_is_400(raw, body):
    raw.write("main", {"a": "1"})
    assert raw.status("POST", "/branches/main/commits", json=body) == 400
    assert raw.uncommitted() == [("added", "a")]


@pytest.mark.parametrize("path,body", [
    ("/branches/main/commits", {"message": "a\0b"}), ("/branches/main/commits", {"message": "m", "metadata": {"a\0": "b"}}),
    ("/branches/main/commits", {"message": "m", "metadata": {"a": "\0"}}), ("/refs/dev/merge/main", {"message": "\0", "force": True}),
    ("/metadata", {"metadata": {"a": "\0"}}), ("/branch_protection", {"pattern": "a\0"})])
def test_a_text_with_a_nul_is_400_and_says_so(raw, path, body):
    raw.branch("dev")
    raw.commit("dev", "dev", {"a": "1"})
    if "commits" in path:
        raw.write("main", {"a": "1"})
    answer = raw.call("POST", path, json=body)
    assert (answer.status_code, message(answer)) == (400, "a text may not hold a NUL character")
    assert raw.messages() == [ROOT]


def test_nothing_changed(raw):
    raw.commit("main", "base", {"a": "1", "b": "1"})
    head = raw.head()

    def refused(rule):
        for body in ({"message": "m"}, {"message": "m", "force": True}, {"message": "m", "allow_empty": False}):
            answer = raw.call("POST", "/branches/main/commits", json=body)
            assert (answer.status_code, "no changes" in message(answer)) == (400, True), rule
        assert raw.uncommitted() == [], rule

    refused("nothing staged")
    raw.write("main", {"c": "1"})
    raw.remove("main", "c")
    refused("added, then deleted")
    raw.write("main", {"a": "1"})
    refused("written again with equal content")
    raw.remove("main", "a")
    raw.write("main", {"a": "1"})
    refused("deleted, then written again with equal content")
    raw.write("main", {"a": "2"})
    raw.write("main", {"a": "1"})
    refused("changed and changed back")
    raw.remove("main", "none")
    refused("a deletion of what is not there")
    assert raw.head() == head
    assert raw.status("POST", "/branches/none/commits", json={"message": "m"}) == 404


# Whether an object written over one with content "1", type text/a and metadata k=v is another.
IDENTITY = [
    ("nothing but address and time", b"1", "text/a", {"k": "v"}, False), ("content of the same size", b"2", "text/a", {"k": "v"}, True),
    ("size", b"11", "text/a", {"k": "v"}, True), ("content type", b"1", "text/b", {"k": "v"}, True),
    ("a value of metadata", b"1", "text/a", {"k": "w"}, True), ("a key of metadata", b"1", "text/a", {"l": "v"}, True),
    ("no metadata", b"1", "text/a", {}, True), ("more metadata", b"1", "text/a", {"k": "v", "l": ""}, True),
]


@pytest.mark.parametrize("rule,data,kind,metadata,is_change", IDENTITY, ids=[row[0] for row in IDENTITY])
def test_what_makes_an_object_another(raw, rule, data, kind, metadata, is_change):
    def write(branch, data, kind, metadata):
        headers = {"Content-Type": kind, **{f"x-lakefs-meta-{key}": value for key, value in metadata.items()}}
        return raw.done(201, "POST", f"/branches/{branch}/objects?path=a", data=data, headers=headers).json()

    old = write("main", b"1", "text/a", {"k": "v"})
    base = raw.commit("main", "base", {"other": "1"})
    raw.branch("dev")
    new = write("main", data, kind, metadata)
    assert new["physical_address"] != old["physical_address"]
    expected = [("changed", "a")] if is_change else []
    assert raw.uncommitted() == expected
    # The same on another branch, so a merge meets it on both sides.
    write("dev", data, kind, metadata)
    for branch in ("main", "dev"):
        made = raw.commit(branch, "again", allow_empty=True)
        assert (made["meta_range_id"] != base["meta_range_id"]) == is_change
    assert raw.diff(base["id"], "main", type="two_dot") == expected
    assert raw.diff(base["id"], "main") == expected
    assert raw.diff("main", "dev") == raw.diff("main", "dev", type="two_dot") == []
    assert raw.merge("dev", "main").status_code == (200 if is_change else 400)


def test_equal_trees_have_one_id(raw):
    first = raw.commit("main", "one", {"a": "1"})
    second = raw.commit("main", "two", {"b": "1"})
    third = raw.commit("main", "one again", removed=["b"])
    assert first["meta_range_id"] == third["meta_range_id"] != second["meta_range_id"]
    raw.branch("dev", first["id"])
    picked = raw.done(201, "POST", "/branches/dev/cherry-pick", json={"ref": second["id"]}).json()
    assert picked["meta_range_id"] == second["meta_range_id"]
    raw.commit("dev", "more", {"c": "1"})
    assert raw.commit("dev", "less", removed=["b", "c"])["meta_range_id"] == first["meta_range_id"]


# Logs


def moment(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def dated(api):
    """main: root ← a(100) ← b(50) ← c(300); dev from a: d(200) ← e(250); main then merged dev, and f(10) came last.
    The merge, M, was made now; `other` has a commit on M that main does not have."""
    with fresh(api) as raw:
        yield make_dated(raw)


def make_dated(raw):
    raw.commit("main", "a", {"x/a": "1"}, date=100)
    raw.branch("dev")
    raw.commit("main", "b", {"x/b": "1"}, date=50)
    raw.commit("main", "c", {"y": "1"}, date=300)
    raw.commit("dev", "d", {"z": "1"}, date=200)
    raw.commit("dev", "e", {"x/a": "2"}, date=250)
    raw.merged("dev", "main", message="M")
    raw.branch("other")
    raw.commit("other", "other")
    raw.commit("main", "f", {"x/f": "1"}, date=10)
    return raw


ROOT = "Repository created"


def test_a_log_goes_by_date_but_children_come_first(dated):
    # The root was made now, and M: children are before them all the same.
    assert dated.messages() == ["f", "M", "c", "e", "d", "b", "a", ROOT]
    assert dated.messages("main~1") == ["M", "c", "e", "d", "b", "a", ROOT]
    assert dated.messages("dev") == ["e", "d", "a", ROOT]
    ids = [row["id"] for row in dated.log()]
    assert len(set(ids)) == len(ids)


def test_ties_go_by_the_larger_id(raw):
    for number in range(6):
        raw.branch(f"b{number}")
        raw.commit(f"b{number}", str(number), {str(number): "1"}, date=5_000)
    for number in range(1, 6):
        raw.merged(f"b{number}", "b0")
    tied = [row["id"] for row in raw.log("b0") if row["creation_date"] == 5_000]
    assert len(tied) == 6
    assert tied == sorted(tied, reverse=True)


def test_a_log_is_paged(dated):
    whole = [row["id"] for row in dated.log()]
    for query in ({}, {"first_parent": "true"}, {"prefixes": "x/"}, {"since": moment(60)}, {"stop_at": "dev"}):
        everything = [row["id"] for row in dated.log(**query)]
        for size in (1, 2, 3):
            seen, more, after = [], True, ""
            while more:
                page = dated.get("/refs/main/commits", amount=size, after=after, **query)
                seen += [row["id"] for row in page["results"]]
                more, after = page["pagination"]["has_more"], page["pagination"]["next_offset"]
                assert after == (seen[-1] if more else "")
            assert seen == everything, query
    # `after` is any reference.
    for after in ("main~1", whole[1], whole[1][:20], "main^"):
        assert dated.messages(after=after) == ["c", "e", "d", "b", "a", ROOT]
    assert dated.messages(after="dev") == ["d", "b", "a", ROOT]
    assert dated.messages(after=whole[-1]) == []
    for after, status in [("none", 404), ("main~99", 404), ("main~x", 400), ("main$", 400)]:
        assert dated.status("GET", "/refs/main/commits", params={"after": after}) == status, after


def test_first_parents_alone(dated):
    assert dated.messages(first_parent="true") == ["f", "M", "c", "b", "a", ROOT]
    assert dated.messages("main~1^2", first_parent="true") == ["e", "d", "a", ROOT]
    assert dated.messages(first_parent="false") == dated.messages()


def test_a_limit_ends_the_log(dated):
    for amount in (1, 3):
        page = dated.get("/refs/main/commits", limit="true", amount=amount)
        assert [row["message"] for row in page["results"]] == ["f", "M", "c"][:amount]
        assert (page["pagination"]["has_more"], page["pagination"]["next_offset"]) == (False, "")
    assert len(dated.log(limit="true", amount=100)) == 8
    assert dated.messages(limit="true", amount=1, prefixes="y") == ["c"]


def test_a_log_stops_at_a_commit_and_shows_it(dated):
    for stop, expected in [("main", ["f"]), ("dev", ["f", "M", "c", "e"]), ("main~1", ["f", "M"]), ("dev@", ["f", "M", "c", "e"])]:
        assert dated.messages(stop_at=stop) == expected, stop
    assert dated.messages(stop_at="main~2", first_parent="true") == ["f", "M", "c"]
    assert dated.messages(stop_at="dev", prefixes="y") == ["c"]
    # One that the walk does not meet stops nothing.
    assert len(dated.messages(stop_at="other")) == 8
    for stop, status in [("none", 404), ("main~99", 404), ("f" * 64, 404), ("main~x", 400)]:
        assert dated.status("GET", "/refs/main/commits", params={"stop_at": stop}) == status, stop


def test_what_is_older_is_neither_shown_nor_followed(dated):
    # f itself is too old: nothing behind it is seen.
    assert dated.messages(since=moment(11)) == []
    assert dated.messages(since=moment(10)) == ["f", "M", "c", "e", "d", "b", "a", ROOT]
    # b is too old, but a is reached by d.
    assert dated.messages("main~1", since=moment(100)) == ["M", "c", "e", "d", "a", ROOT]
    # b is too old, and there is no other way to a.
    assert dated.messages("main~2", since=moment(100)) == ["c"]
    assert dated.messages("main~1", since=moment(100), first_parent="true") == ["M", "c"]
    assert dated.messages("main~2", since=moment(300)) == ["c"]
    assert dated.messages("main~2", since=moment(301)) == []
    assert dated.messages("main~2", since="1970-01-01T01:05:00+01:00") == ["c"]
    for since in ("yesterday", "100", "2026-13-01T00:00:00Z", "2026-01-01"):
        assert dated.status("GET", "/refs/main/commits", params={"since": since}) == 400, since


# A sentence for each: objects, prefixes, what the log shows.
FILTERS = [
    ("an exact path", ["x/a"], [], ["e", "a"]), ("a prefix is no path", ["x/"], [], []),
    ("a prefix", [], ["x/"], ["f", "e", "b", "a"]), ("a path is a prefix too", [], ["x/a"], ["e", "a"]),
    ("a prefix need not end at a slash", [], ["x"], ["f", "e", "b", "a"]),
    ("any of several", ["y"], ["x/b", "z"], ["c", "d", "b"]), ("several paths", ["y", "z", "none"], [], ["c", "d"]),
    ("nothing below it", [], ["none/"], []), ("overlapping ones show a commit once", ["x/a"], ["x", "x/a"], ["f", "e", "b", "a"]),
]


@pytest.mark.parametrize("rule,objects,prefixes,expected", FILTERS, ids=[row[0] for row in FILTERS])
def test_a_log_of_paths_leaves_out_merges_and_the_root(dated, rule, objects, prefixes, expected):
    assert dated.messages(objects=objects, prefixes=prefixes) == expected
    assert dated.messages(objects=objects, prefixes=prefixes, amount=1) == expected[:1]
    first_parents = ["f", "M", "c", "b", "a"]
    assert dated.messages(objects=objects, prefixes=prefixes, first_parent="true") == [m for m in expected if m in first_parents]


def test_a_deletion_touches_a_path_and_an_empty_commit_none(raw):
    raw.commit("main", "added", {"a": "1"})
    raw.commit("main", "empty")
    raw.commit("main", "removed", removed=["a"])
    assert raw.messages(objects="a") == ["removed", "added"]
    assert raw.messages(prefixes="a") == ["removed", "added"]
