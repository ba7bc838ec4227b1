"""Names, reference expressions, branches and tags, rule by rule, by raw requests."""

import pytest

from raw_api import fresh, message

# Names

BAD_BRANCHES = ["a.b", "a/b", "-a", "a b", "a~1", "a^", "a@", "a$", "é", ""]
BAD_TAGS = ["@", "a.", "a.lock", ".lock", "a..b", "a/b", "a@{b", "a^", "a:", "a?", "a*", "a[", "a\\", "a b", "a\tb", "a\x7f", ""]


def test_names_of_branches(raw):
    for name in ["a", "A_b-C9", "0", "_", "a-", "b" * 300]:
        raw.branch(name)
        assert raw.head(name) == raw.head()
    for name in BAD_BRANCHES:
        assert raw.status("POST", "/branches", json={"name": name, "source": "main"}) == 400, name
    for name in ["a.b", "-a", "a~1", "%C3%A9"]:
        assert raw.status("GET", f"/branches/{name}") == 400, name
        assert raw.status("DELETE", f"/branches/{name}") == 400, name
    assert raw.status("POST", "/branches", json={"name": "dev"}) == 400
    assert raw.status("POST", "/branches", json={"source": "main"}) == 400


def test_names_of_tags(raw):
    for name in ["v1.0", "a~b", "a@b", ".a", "é", "-", "a$", "x" * 300]:
        assert raw.tag(name)["id"] == name
        assert raw.get(f"/tags/{name}")["commit_id"] == raw.head()
    for name in BAD_TAGS:
        assert raw.status("POST", "/tags", json={"id": name, "ref": "main"}) == 400, name
    raw.done(204, "DELETE", "/tags/a~b")
    assert raw.status("GET", "/tags/a~b") == 404


@pytest.mark.parametrize("reference", [
    "main x", "main\tx", "~1", "^", "@", "$", "main~x", "main~-1", "main~1.5", "main^x", "main~1x", "main@1", "main@@",
    "main@~1", "main~1@", "main$1", "main$$", "main$~1", "main~1$", "main^1@", "main$@"])
def test_expressions_that_are_none_are_400(history, reference):
    raw, _ = history
    quoted = reference.replace("^", "%5E")
    assert raw.status("GET", f"/refs/{quoted}/commits") == 400
    assert raw.status("GET", f"/refs/{quoted}/objects/ls") == 400
    assert raw.status("GET", f"/refs/main/diff/{quoted}") == 400
    for method, path, body in [
            ("POST", "/branches", {"name": "dev", "source": reference}), ("POST", "/tags", {"id": "t", "ref": reference}),
            ("POST", "/branches/main/revert", {"ref": reference, "parent_number": 0}),
            ("POST", "/branches/main/cherry-pick", {"ref": reference})]:
        assert raw.status(method, path, json=body) == 400, path
    assert raw.status("PUT", "/branches/main/hard_reset", params={"ref": reference}) == 400


# Expressions


@pytest.fixture(scope="module")
def history(api):
    """main: 0 ← 1 ← 2 ← M ← 4, where M merged `side` (0 ← s1 ← s2); a tag at 2. By these names: ids."""
    with fresh(api) as raw:
        yield raw, make_history(raw)


def make_history(raw):
    ids = {"0": raw.head()}
    raw.branch("side")
    for name, branch in [("1", "main"), ("2", "main"), ("s1", "side"), ("s2", "side")]:
        ids[name] = raw.commit(branch, name, {name: name})["id"]
    raw.tag("v2")
    ids["M"] = raw.merged("side", "main")["id"]
    ids["4"] = raw.commit("main", "4", {"4": "4"})["id"]
    return ids


# A sentence for each: expression ({x}: the id of commit x), the commit it names.
EXPRESSIONS = [
    ("a branch", "main", "4"), ("its head", "main@", "4"), ("a tag", "v2", "2"), ("an id", "{M}", "M"),
    ("~ is ~1", "main~", "M"), ("~0 is the commit itself", "main~0", "4"), ("~n follows first parents", "main~2", "2"),
    ("~ may be repeated", "main~~", "2"), ("to the root", "main~4", "0"), ("^ is ^1", "main^", "M"),
    ("^0 is the commit itself", "main^0", "4"), ("^1 of a merge is the destination", "main~^1", "2"),
    ("^2 of a merge is the source", "main~^2", "s2"), ("modifiers go from left to right", "main~1^2~1", "s1"),
    ("^ may be repeated", "main^^^", "1"), ("behind a tag", "v2~2", "0"), ("behind an id", "{M}^2", "s2"),
    ("behind the beginning of an id", "{M:.20}^2~0", "s2"), ("large but 0 steps", "main~000", "4"),
]


@pytest.mark.parametrize("rule,expression,expected", EXPRESSIONS, ids=[row[0] for row in EXPRESSIONS])
def test_what_an_expression_names(history, rule, expression, expected):
    raw, ids = history
    named = {name if name.isalpha() else f"c{name}": value for name, value in ids.items()}
    reference = expression.format(**named)
    assert raw.show(reference)["id"] == ids[expected]
    assert raw.log(reference)[0]["id"] == ids[expected]
    number = [row[0] for row in EXPRESSIONS].index(rule)
    assert raw.tag(f"t.{number}", reference)["commit_id"] == ids[expected]
    assert raw.branch(f"z{number}", reference) == ids[expected]
    assert raw.diff(ids[expected], reference, type="two_dot") == []


@pytest.mark.parametrize("rule,expression,status", [
    ("past the root", "main~5", 404), ("far past it", "main~999999999", 404), ("the root's parent by ~", "{c0}~", 404),
    ("parents that are not there", "main^2", 400), ("a third parent", "main~^3", 400), ("the root's parent by ^", "{c0}^", 400),
    ("@ behind a tag", "v2@", 400), ("$ behind a tag", "v2$", 400), ("@ behind an id", "{M}@", 400), ("$ behind an id", "{M}$", 400),
    ("an unknown name", "none", 404), ("with a modifier", "none~1", 404), ("with a view", "none@", 404),
    ("an id that is none", "f" * 64, 404), ("an id in capitals", "{UPPER}", 404),
])
def test_what_names_nothing(history, rule, expression, status):
    raw, ids = history
    named = {name if name.isalpha() else f"c{name}": value for name, value in ids.items()}
    reference = expression.format(UPPER=ids["M"].upper() if ids["M"].upper() != ids["M"] else "F" * 64, **named)
    for path in (f"/commits/{reference}", f"/refs/{reference}/commits", f"/refs/{reference}/objects/ls",
                 f"/refs/{reference}/objects/stat?path=1", f"/refs/{reference}/diff/main", f"/refs/main/diff/{reference}",
                 f"/refs/{reference}/merge/main"):
        assert raw.status("GET", path) == status, path


def test_the_beginning_of_an_id(raw):
    ids = [raw.head()] + [raw.commit("main", f"c{number}")["id"] for number in range(17)]
    for id in ids:
        shortest = next(n for n in range(1, 65) if sum(other.startswith(id[:n]) for other in ids) == 1)
        for length in (shortest, 12, 63):
            assert raw.show(id[:length])["id"] == id
        # What begins several names none. Of 18 ids, two begin with the same digit.
        if shortest > 1:
            answer = raw.call("GET", f"/commits/{id[:shortest - 1]}")
            assert (answer.status_code, "commit not found" in message(answer)) == (404, True)
    assert len({id[0] for id in ids}) < len(ids)


def test_an_id_comes_before_a_branch_before_a_tag_before_the_beginning_of_an_id(raw):
    old = raw.head()
    new = raw.commit("main", "new")["id"]
    raw.branch(old[:10], new)
    raw.tag(old[:12], new)
    assert raw.show(old[:10])["id"] == raw.show(old[:12])["id"] == new
    assert raw.show(old[:11])["id"] == raw.show(old)["id"] == old
    raw.done(204, "DELETE", f"/branches/{old[:10]}")
    assert raw.show(old[:10])["id"] == old


def test_where_staged_data_shows(raw):
    raw.commit("main", "base", {"a": "committed"})
    raw.write("main", {"a": "staged", "b": "staged"})
    content = raw.content
    assert content("main") == content("main$") == {"a": "staged", "b": "staged"}
    assert content("main@") == content("main~0") == content("main^0") == content(raw.head()) == {"a": "committed"}
    # Not in diffs, new branches, tags, merges, logs.
    raw.branch("dev")
    raw.tag("t")
    assert content("dev") == content("t") == {"a": "committed"}
    assert raw.diff("dev", "main") == raw.diff("dev", "main", type="two_dot") == raw.diff("dev", "main@") == []
    raw.commit("dev", "dev", {"c": "dev"})
    raw.merged("main~", "dev", force=True)
    assert "b" not in content("dev")


def test_where_a_commit_is_needed_staged_data_is_400(raw):
    raw.branch("dev")
    for method, path, body in [
            ("GET", "/refs/main$/commits", None), ("GET", "/commits/main$", None), ("GET", "/refs/main$/diff/dev", None),
            ("GET", "/refs/main$/diff/dev?type=two_dot", None), ("GET", "/refs/dev/diff/main$", None),
            ("GET", "/refs/dev/diff/main$?type=three_dot", None), ("POST", "/refs/main$/merge/dev", {}),
            ("GET", "/refs/main$/merge/dev", None), ("GET", "/refs/main$/merge/dev/conflicts", None),
            ("GET", "/refs/main/commits?stop_at=main$", None), ("GET", "/refs/main/commits?after=main$", None),
            ("POST", "/tags", {"id": "t", "ref": "main$"}), ("POST", "/branches", {"name": "b", "source": "main$"}),
            ("POST", "/branches/dev/revert", {"ref": "main$", "parent_number": 0}),
            ("POST", "/branches/dev/cherry-pick", {"ref": "main$"}), ("POST", "/branches/dev/replay", {"onto": "main$"}),
            ("PUT", "/branches/dev/hard_reset?ref=main$", None)]:
        answer = raw.call(method, path, json=body)
        assert (answer.status_code, "main$" in message(answer)) == (400, True), (path, answer.text)


# Branches


def test_a_new_branch(raw):
    first = raw.head()
    second = raw.commit("main", "second", {"a": "1"})["id"]
    raw.tag("v1")
    answer = raw.done(201, "POST", "/branches", json={"name": "dev", "source": "main"})
    assert (answer.text, answer.headers["Content-Type"].split(";")[0]) == (second, "text/plain")
    for number, (source, expected) in enumerate(
            [("main", second), ("main~1", first), ("main@", second), ("v1", second), (first, first), (first[:16], first)]):
        assert raw.branch(f"b{number}", source) == expected
        assert raw.get(f"/branches/b{number}") == {"id": f"b{number}", "commit_id": expected}
    for body, status, words in [
            ({"name": "x", "source": "none"}, 404, "not found"), ({"name": "x", "source": "main~9"}, 404, "not found"),
            ({"name": "dev", "source": "main"}, 409, "branch already exists"),
            ({"name": "dev", "source": "main", "force": True}, 409, "branch already exists"),
            ({"name": "v1", "source": "main"}, 409, "conflict found"),
            ({"name": first, "source": "main"}, 409, "conflict found")]:
        answer = raw.call("POST", "/branches", json=body)
        assert (answer.status_code, words in message(answer)) == (status, True), body
    # An id that no commit has is a name like any other.
    raw.branch("f" * 64)


def test_hidden_branches_are_left_out_of_lists_alone(raw):
    raw.branch("hidden", hidden=True)
    raw.branch("open", hidden=False)
    names = lambda **query: [row["id"] for row in raw.get("/branches", **query)["results"]]
    assert names() == names(show_hidden="false") == ["main", "open"]
    assert names(show_hidden="true") == ["hidden", "main", "open"]
    assert names(show_hidden="true", amount=1, after="hidden") == ["main"]
    assert names(amount=1) == ["main"]
    raw.commit("hidden", "c", {"a": "1"})
    raw.merged("hidden", "main")
    assert raw.content("hidden~0") == {"a": "1"}
    raw.done(204, "DELETE", "/branches/hidden")
    assert names(show_hidden="true") == ["main", "open"]


def test_deleting_a_branch(raw):
    raw.branch("dev")
    commit = raw.commit("dev", "on dev", {"a": "1"})["id"]
    raw.write("dev", {"staged": "1"})
    raw.done(204, "DELETE", "/branches/dev")
    assert raw.status("GET", "/branches/dev") == raw.status("DELETE", "/branches/dev") == 404
    assert raw.status("GET", "/branches/dev/diff") == raw.status("GET", "/refs/dev/objects/ls") == 404
    # Commits stay; what was staged goes with it.
    assert raw.content(commit) == {"a": "1"}
    raw.branch("dev", commit)
    assert (raw.content("dev"), raw.uncommitted("dev")) == ({"a": "1"}, [])
    answer = raw.call("DELETE", "/branches/main")
    assert (answer.status_code, "cannot delete repository default branch" in message(answer)) == (403, True)
    assert raw.status("DELETE", "/branches/main?force=true") == 403


# What is reset, and what is left to commit then.
RESETS = [
    ("everything", {"type": "reset"}, []),
    ("a change", {"type": "object", "path": "a/1"}, [("removed", "a/2"), ("added", "a/3"), ("removed", "b"), ("added", "c")]),
    ("a deletion", {"type": "object", "path": "b"}, [("changed", "a/1"), ("removed", "a/2"), ("added", "a/3"), ("added", "c")]),
    ("an addition", {"type": "object", "path": "c"}, [("changed", "a/1"), ("removed", "a/2"), ("added", "a/3"), ("removed", "b")]),
    ("all below a text", {"type": "common_prefix", "path": "a/"}, [("removed", "b"), ("added", "c")]),
    ("a text need not end at a slash", {"type": "common_prefix", "path": "a"}, [("removed", "b"), ("added", "c")]),
    ("an object is no text", {"type": "object", "path": "a/"}, None),
    ("an unknown path", {"type": "object", "path": "none"}, None),
    ("an unknown text", {"type": "common_prefix", "path": "none"}, None),
]


@pytest.mark.parametrize("rule,body,left", RESETS, ids=[row[0] for row in RESETS])
def test_resets(raw, rule, body, left):
    committed = {"a/1": "1", "a/2": "1", "b": "1", "d": "1"}
    raw.commit("main", "base", committed)
    raw.write("main", {"a/1": "22", "a/3": "1", "c": "1"})
    raw.remove("main", "a/2", "b")
    staged = raw.uncommitted()
    raw.done(204, "PUT", "/branches/main", json=body)
    assert raw.uncommitted() == (staged if left is None else left)
    if left == []:
        assert raw.content() == committed
    assert raw.content("main@") == committed


def test_resets_that_are_none(raw):
    for body in [{}, {"type": "all"}, {"type": "object"}, {"type": "common_prefix"}, {"type": 1}, {"path": "a"}]:
        assert raw.status("PUT", "/branches/main", json=body) == 400, body
    assert raw.status("PUT", "/branches/none", json={"type": "reset"}) == 404
    raw.done(204, "PUT", "/branches/main", json={"type": "reset"})


def test_a_hard_reset_goes_anywhere_and_keeps_what_is_staged(raw):
    first = raw.head()
    raw.commit("main", "a", {"a": "1"})
    raw.branch("dev", first)
    other = raw.commit("dev", "b", {"b": "1"})["id"]
    raw.tag("v0", first)
    for reference, content in [("dev", {"b": "1"}), ("v0", {}), (other[:20], {"b": "1"}), ("dev~", {}), ("main", {})]:
        raw.done(204, "PUT", "/branches/main/hard_reset", params={"ref": reference})
        assert raw.content() == content, reference
    raw.write("main", {"s": "1"})
    raw.done(204, "PUT", "/branches/main/hard_reset", params={"ref": "dev"})
    assert (raw.head(), raw.content(), raw.uncommitted()) == (other, {"b": "1", "s": "1"}, [("added", "s")])
    for path, status in [("main/hard_reset", 400), ("main/hard_reset?ref=", 400), ("main/hard_reset?ref=none", 404),
                         ("none/hard_reset?ref=main", 404), ("main/hard_reset?ref=main~x", 400)]:
        assert raw.status("PUT", f"/branches/{path}") == status, path


# Tags


def test_tags(raw):
    first = raw.head()
    second = raw.commit("main", "second", {"a": "1"})["id"]
    assert raw.tag("v1", "main~1") == {"id": "v1", "commit_id": first} == raw.get("/tags/v1")
    raw.branch("dev")
    for body, status, words in [
            ({"id": "v1", "ref": "main"}, 409, "tag already exists"),
            ({"id": "v1", "ref": "main", "force": True}, 409, "tag already exists"),
            ({"id": "dev", "ref": "main"}, 409, "conflict found"), ({"id": second, "ref": "main"}, 409, "conflict found"),
            ({"id": "v2", "ref": "none"}, 404, "not found"), ({"id": "v2", "ref": "main~9"}, 404, "not found"),
            ({"id": "v2", "ref": "main$"}, 400, "main$"), ({"id": "v2"}, 400, "ref"), ({"ref": "main"}, 400, "id")]:
        answer = raw.call("POST", "/tags", json=body)
        assert (answer.status_code, words in message(answer)) == (status, True), (body, answer.text)
    assert raw.get("/tags/v1")["commit_id"] == first
    raw.done(204, "DELETE", "/tags/v1")
    assert raw.status("DELETE", "/tags/v1") == raw.status("GET", "/tags/v1") == raw.status("DELETE", "/tags/dev") == 404
    raw.tag("v1", second)


def test_a_tag_is_never_written_to(raw):
    raw.branch("dev")
    raw.commit("dev", "dev", {"a": "1"})
    raw.tag("v1")
    for method, path, body in [
            ("POST", "/branches/v1/objects?path=a", None), ("DELETE", "/branches/v1/objects?path=a", None),
            ("POST", "/branches/v1/commits", {"message": "m", "allow_empty": True}), ("POST", "/refs/dev/merge/v1", {}),
            ("POST", "/branches/v1/revert", {"ref": "main", "parent_number": 0}), ("PUT", "/branches/v1", {"type": "reset"}),
            ("POST", "/branches/v1/cherry-pick", {"ref": "dev"}), ("PUT", "/branches/v1/hard_reset?ref=dev", None),
            ("POST", "/branches/v1/replay", {"onto": "dev"}), ("DELETE", "/branches/v1", None), ("GET", "/branches/v1/diff", None)]:
        assert raw.status(method, path, json=body) == 404, path
    assert raw.get("/tags/v1")["commit_id"] == raw.head()
