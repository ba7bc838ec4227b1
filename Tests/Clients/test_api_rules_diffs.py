"""Diffs, rule by rule, by raw requests."""

import pytest

from raw_api import fresh, message

BASE = ["both", "del/left", "del/right", "deleted", "left", "same", "x/1", "x/2", "x/y/1"]


def change(raw):
    """main and dev have changed since their base in every way that two sides can; `staged` and `plain` as dev has, but for
    what both did."""
    raw.commit("main", "base", {path: "0" for path in BASE})
    raw.branch("dev")
    raw.commit("main", "left", {"both": "left", "del/right": "left", "left": "1", "new/both": "left", "new/left": "1",
                                "new/same": "1", "same": "1"}, removed=["deleted", "del/left"])
    raw.commit("dev", "right", {"both": "right", "del/left": "right", "new/both": "right", "new/right": "123", "new/same": "1",
                                "same": "1", "x/1": "22", "x/3": "1", "x/y/1": "1"}, removed=["deleted", "del/right", "x/2"])
    for branch in ("staged", "plain"):
        raw.branch(branch, "main~")
        raw.write(branch, {path: "1" for path in ["both", "del/left", "new/both", "new/right", "x/1", "x/3", "x/y/1"]})
        raw.remove(branch, "del/right", "x/2")
    raw.commit("plain", "changed", allow_empty=False)
    return raw


@pytest.fixture
def sides(raw):
    return change(raw)


@pytest.fixture(scope="module")
def shared(api):
    """The same for tests that change nothing."""
    with fresh(api) as raw:
        yield change(raw)


THREE_DOT = [
    ("conflict", "both"),  # changed on both sides
    ("conflict", "del/left"), ("conflict", "del/right"),  # deleted here, changed there
    ("conflict", "new/both"),  # added on both sides
    ("added", "new/right"), ("changed", "x/1"), ("removed", "x/2"), ("added", "x/3"), ("changed", "x/y/1"),
]
TWO_DOT = [
    ("changed", "both"), ("added", "del/left"), ("removed", "del/right"), ("changed", "left"), ("changed", "new/both"),
    ("removed", "new/left"), ("added", "new/right"), ("changed", "x/1"), ("removed", "x/2"), ("added", "x/3"), ("changed", "x/y/1"),
]


def test_what_one_side_changed_since_the_base(shared):
    # Equal changes of both shared, and changes of the left side alone, do not show.
    assert shared.diff("main", "dev") == shared.diff("main", "dev", type="three_dot") == THREE_DOT
    assert shared.diff("main@", "dev~0") == THREE_DOT
    mirrored = [(kind, path) for kind, path in THREE_DOT if kind == "conflict"] + [("changed", "left"), ("added", "new/left")]
    assert sorted(shared.diff("dev", "main")) == sorted(mirrored)
    assert shared.diff("main", "main~") == shared.diff("main", "main") == []


def test_what_two_trees_differ_in(shared):
    assert shared.diff("main", "dev", type="two_dot") == TWO_DOT
    swapped = {"added": "removed", "removed": "added", "changed": "changed"}
    assert shared.diff("dev", "main", type="two_dot") == [(swapped[kind], path) for kind, path in TWO_DOT]
    assert shared.diff("main", "main~", type="two_dot") != []
    assert shared.diff("main", "main", type="two_dot") == []


# A sentence for each: the query, the rows of a three-dot diff.
PAGES = [
    ("a prefix", {"prefix": "x/"}, [("changed", "x/1"), ("removed", "x/2"), ("added", "x/3"), ("changed", "x/y/1")]),
    ("a prefix is a text", {"prefix": "del/l"}, [("conflict", "del/left")]),
    ("a prefix of nothing", {"prefix": "none"}, []),
    ("after", {"after": "x/1"}, [("removed", "x/2"), ("added", "x/3"), ("changed", "x/y/1")]),
    ("after what is not there", {"after": "x/11"}, [("removed", "x/2"), ("added", "x/3"), ("changed", "x/y/1")]),
    ("after all", {"after": "y"}, []),
    ("after smaller than the prefix", {"after": "a", "prefix": "x/y"}, [("changed", "x/y/1")]),
    ("after within the prefix", {"after": "x/2", "prefix": "x/"}, [("added", "x/3"), ("changed", "x/y/1")]),
    ("after greater than the prefix", {"after": "y", "prefix": "x/"}, []),
    ("a delimiter folds", {"delimiter": "/"},
     [("conflict", "both"), ("prefix_changed", "del/"), ("prefix_changed", "new/"), ("prefix_changed", "x/")]),
    ("a delimiter behind the prefix", {"delimiter": "/", "prefix": "x/"},
     [("changed", "x/1"), ("removed", "x/2"), ("added", "x/3"), ("prefix_changed", "x/y/")]),
    ("a prefix without the delimiter", {"delimiter": "/", "prefix": "x"}, [("prefix_changed", "x/")]),
    ("another delimiter", {"delimiter": "/y", "prefix": "x"},
     [("changed", "x/1"), ("removed", "x/2"), ("added", "x/3"), ("prefix_changed", "x/y")]),
    ("after a folded row", {"delimiter": "/", "after": "del/"}, [("prefix_changed", "new/"), ("prefix_changed", "x/")]),
    ("after, prefix and delimiter", {"delimiter": "/", "prefix": "x/", "after": "x/3"}, [("prefix_changed", "x/y/")]),
    ("after a folded row below the prefix", {"delimiter": "/", "prefix": "x/", "after": "x/y/"}, []),
    ("a page", {"amount": 2}, [("conflict", "both"), ("conflict", "del/left")]),
    ("a folded row is one", {"amount": 2, "delimiter": "/"}, [("conflict", "both"), ("prefix_changed", "del/")]),
    ("all of them", {"amount": 1, "delimiter": "/", "prefix": "x/", "after": "x/2"}, [("added", "x/3")]),
]


@pytest.mark.parametrize("rule,query,rows", PAGES, ids=[row[0] for row in PAGES])
def test_pages_of_a_diff(shared, rule, query, rows):
    assert shared.diff("main", "dev", **query) == rows
    # Two trees, and what is uncommitted, are paged the same. Here they differ in what a conflict is over.
    without_conflicts = {"new/both": "added", "del/right": "removed"}
    expected = [(without_conflicts.get(path, "changed") if kind == "conflict" else kind, path) for kind, path in rows]
    assert shared.uncommitted("staged", **query) == expected
    assert shared.diff("main~", "staged$", type="two_dot", **query) == expected
    assert shared.diff("main~", "plain", type="two_dot", **query) == expected
    assert shared.diff("main~", "plain", **query) == expected


def test_rows(sides):
    page = sides.get("/refs/main/diff/dev", delimiter="/", amount=1)
    assert page["results"] == [{"type": "conflict", "path": "both", "path_type": "object", "size_bytes": 5}]
    assert page["pagination"] == {"has_more": True, "next_offset": "both", "results": 1, "max_per_page": 1000}
    assert sides.get("/refs/main/diff/dev", delimiter="/", after="new/")["results"] == [
        {"type": "prefix_changed", "path": "x/", "path_type": "common_prefix"}]
    # The size is that of the right side.
    sizes = {row["path"]: row.get("size_bytes") for row in sides.get("/refs/main/diff/dev", type="two_dot")["results"]}
    assert (sizes["new/right"], sizes["x/1"], sizes["both"]) == (3, 2, 5)
    sides.write("main", {"left": "staged", "q": "four"})
    sizes = {row["path"]: row["size_bytes"] for row in sides.get("/branches/main/diff")["results"]}
    assert sizes == {"left": 6, "q": 4}


def test_what_is_known_of_the_right_side(sides):
    headers = {"Content-Type": "text/x", "x-lakefs-meta-k": "v"}
    sides.done(201, "POST", "/branches/dev/objects?path=meta", data=b"abc", headers=headers)
    sides.commit("dev", "meta", allow_empty=True)
    for kind in ("two_dot", "three_dot"):
        rows = {row["path"]: row for row in sides.get("/refs/main/diff/dev", type=kind, include_right_stats="true")["results"]}
        stat = sides.get("/refs/dev/objects/stat", path="meta")
        assert rows["meta"]["right"] == {
            "checksum": "900150983cd24fb0d6963f7d28e17f72", "mtime": stat["mtime"], "content_type": "text/x", "metadata": {"k": "v"}}
        assert rows["x/1"]["right"]["metadata"] == {}
        # What the right side has not has none.
        assert "right" not in rows["x/2"]
    folded = sides.get("/refs/main/diff/dev", delimiter="/", prefix="x", include_right_stats="true")["results"]
    assert "right" not in folded[0]
    for query in ({}, {"include_right_stats": "false"}):
        assert not any("right" in row for row in sides.get("/refs/main/diff/dev", **query)["results"])


def test_staged_data_is_compared_where_the_right_side_says_so(sides):
    committed = sides.diff("main", "dev", type="two_dot")
    sides.write("dev", {"staged": "1"})
    sides.write("main", {"staged": "2", "left": "3"})
    sides.remove("dev", "x/3")
    for left, right in [("main", "dev"), ("main@", "dev@"), ("main", "dev~0")]:
        assert sides.diff(left, right, type="two_dot") == committed
        assert sides.diff(left, right) == THREE_DOT
    found = sides.diff("main", "dev$", type="two_dot")
    assert ("added", "staged") in found and ("added", "x/3") not in found
    assert [row for row in found if row[1] not in ("staged", "x/3")] == [row for row in committed if row[1] != "x/3"]
    assert sides.diff("dev", "dev$", type="two_dot") == sides.uncommitted("dev") == [("added", "staged"), ("removed", "x/3")]
    for path in ("main$/diff/dev", "main$/diff/dev?type=two_dot", "main$/diff/dev$?type=two_dot", "main/diff/dev$"):
        answer = sides.call("GET", f"/refs/{path}")
        assert answer.status_code == 400, path
        message(answer)


@pytest.mark.parametrize("path,status", [
    ("/refs/none/diff/dev", 404), ("/refs/main/diff/none", 404), ("/refs/main~9/diff/dev", 404), ("/refs/main/diff/dev^2", 400),
    ("/refs/main/diff/dev?type=one_dot", 400), ("/refs/main/diff/dev?type=", 400), ("/branches/none/diff", 404),
    ("/branches/a.b/diff", 400), ("/branches/main~/diff", 400), ("/branches/main/diff?amount=1001", 400)])
def test_what_cannot_be_compared(shared, path, status):
    assert shared.status("GET", path) == status


def test_what_is_uncommitted(raw):
    raw.commit("main", "base", {"a": "1", "b": "1", "c": "1"})
    assert raw.uncommitted() == []
    raw.write("main", {"a": "2", "b": "1", "d": "1", "e": "1"})
    raw.remove("main", "c", "e", "none")
    # Equal content is no change; what was staged only and deleted leaves no trace, what was committed does.
    assert raw.uncommitted() == [("changed", "a"), ("removed", "c"), ("added", "d")]
    raw.write("main", {"c": "1"})
    assert raw.uncommitted() == [("changed", "a"), ("added", "d")]
