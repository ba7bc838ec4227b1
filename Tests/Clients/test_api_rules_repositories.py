"""Repositories, their settings, protection of branches and what read-only means, rule by rule, by raw requests."""

import time

import pytest

from conftest import fresh_name
from raw_api import RawRepository, fresh, message

# Repositories


def create(api, name, namespace=None, bare=None, **fields):
    query = {} if bare is None else {"bare": bare}
    body = {"name": name, "storage_namespace": namespace or api.namespace + name, **fields}
    return api.request("POST", "/repositories", params=query, json=body)


def test_a_new_repository(api):
    with fresh(api, default_branch="trunk") as raw:
        shown = raw.get("")
        assert shown == {
            "id": raw.name, "creation_date": shown["creation_date"], "default_branch": "trunk", "storage_id": "",
            "storage_namespace": api.namespace + raw.name, "read_only": False}
        assert abs(shown["creation_date"] - time.time()) < 600
        assert [row["id"] for row in raw.get("/branches")["results"]] == ["trunk"]
        assert raw.messages("trunk") == ["Repository created"]
        assert raw.get("/tags")["results"] == [] and raw.get("/metadata") == {}
        assert raw.status("DELETE", "/branches/trunk") == 403
        assert api.request("GET", "/repositories", params={"prefix": raw.name}).json()["results"] == [shown]


@pytest.mark.parametrize("name", ["No", "ab", "-abc", "a_b", "a.b", "a b", "é12", "a" * 64, "", "abc/"])
def test_names_that_no_repository_has(api, name):
    assert create(api, name, api.namespace + fresh_name()).status_code == 400
    if name and "/" not in name:
        for method, path in [("GET", ""), ("DELETE", ""), ("GET", "/branches"), ("GET", "/refs/main/commits")]:
            assert RawRepository(api, name).status(method, path) == 400, path


def test_the_shortest_and_the_longest_name(api):
    # Names are anybody's: one of three characters may be taken.
    for name in (fresh_name("a" * 46), next(n for n in (fresh_name()[-3:] for _ in range(99)) if n[0] != "-")):
        assert len(name) in (3, 63)
        answer = create(api, name, api.namespace + fresh_name())
        assert answer.status_code in (201, 409)
        if answer.status_code == 201:
            api.request("DELETE", f"/repositories/{name}")


@pytest.mark.parametrize("rule,namespace,fields", [
    ("a scheme that is none", "ftp://x/y", {}), ("no scheme", "x/y", {}), ("nothing", "", {}),
    ("the scheme of another store", "gs://bucket/x", {}), ("and another", "transient://x", {}),
    ("a store that is not there", None, {"storage_id": "other"}), ("a branch with a bad name", None, {"default_branch": "a.b"}),
    ("a switch that is none", None, {"read_only": "yes"}), ("a number for a name", None, {"default_branch": 1})])
def test_what_is_no_repository(api, rule, namespace, fields):
    name = fresh_name()
    body = {"name": name, "storage_namespace": api.namespace + name if namespace is None else namespace, **fields}
    answer = api.request("POST", "/repositories", json=body)
    assert answer.status_code == 400, answer.text
    message(answer)
    assert api.request("GET", f"/repositories/{name}").status_code == 404


def test_a_taken_name_is_told_before_anything_of_the_namespace(api, raw):
    for namespace, fields in [
            (raw.get("")["storage_namespace"], {}), ("gs://other/store", {}), (api.namespace + fresh_name(), {"storage_id": "no"}),
            (api.namespace + fresh_name(), {"read_only": True})]:
        answer = create(api, raw.name, namespace, **fields)
        assert (answer.status_code, message(answer)) == (409, "error creating repository: not unique"), namespace


def test_a_namespace_is_taken_for_good(api, raw):
    namespace = raw.get("")["storage_namespace"]
    for taken in (namespace, namespace + "/", namespace + "/below"):
        answer = create(api, fresh_name(), taken)
        assert answer.status_code == 400
        assert "failed to create repository: " in message(answer) and "storage namespace already in use" in message(answer)
    # Bare and read-only ones only look at it.
    for fields in ({"bare": "true"}, {"read_only": True}):
        name = fresh_name()
        assert create(api, name, namespace, **fields).status_code == 201
        assert api.request("DELETE", f"/repositories/{name}?force=true").status_code == 204
    raw.done(204, "DELETE", "")
    assert create(api, fresh_name(), namespace).status_code == 400


def test_a_bare_repository(api):
    with fresh(api, bare=True) as raw:
        assert raw.get("")["default_branch"] == "main"
        assert raw.get("/branches")["results"] == raw.get("/tags")["results"] == []
        for path in ("/branches/main", "/refs/main/commits", "/commits/main", "/refs/main/objects/ls", "/branches/main/diff"):
            assert raw.status("GET", path) == 404, path
        assert raw.status("POST", "/branches/main/objects?path=a", data=b"x") == 404
        assert raw.status("POST", "/branches", json={"name": "dev", "source": "main"}) == 404


def test_deleting_a_repository(api):
    with fresh(api) as raw:
        commit = raw.commit("main", "c", {"a": "1"})["id"]
        raw.branch("dev")
        raw.tag("v1")
        raw.done(204, "POST", "/metadata", json={"metadata": {"a": "1"}})
        raw.done(204, "PUT", "/settings/branch_protection", json=[{"pattern": "main"}])
        raw.done(204, "DELETE", "")
        for method, path in [("DELETE", ""), ("GET", ""), ("GET", "/branches"), ("GET", f"/commits/{commit}"), ("GET", "/metadata")]:
            answer = raw.call(method, path)
            assert (answer.status_code, message(answer)) == (404, "repository not found"), path
        # The name is free at once, and nothing of the old one is there.
        assert create(api, raw.name, api.namespace + fresh_name()).status_code == 201
        assert [row["id"] for row in raw.get("/branches")["results"]] == ["main"]
        assert raw.get("/tags")["results"] == [] and raw.get("/metadata") == {} and raw.get("/settings/branch_protection") == []
        assert raw.status("GET", f"/commits/{commit}") == 404
        assert raw.content() == {}


def test_lists_of_repositories(api):
    word = fresh_name("w")
    names = sorted(f"{first}{word}{last}" for first in ("a", "b") for last in ("", "-x"))
    for name in names:
        assert create(api, name).status_code == 201
    try:
        def found(**query):
            page = api.request("GET", "/repositories", params={"amount": 1000, **query}).json()
            return [row["id"] for row in page["results"]]

        assert found(search=word) == names
        assert found(search=word + "-") == [name for name in names if name.endswith("-x")]
        assert found(search=word.upper()) == []
        assert found(search=word, prefix="b") == names[2:]
        assert found(prefix="a" + word) == names[:2]
        assert found(search=word, after=names[1]) == names[2:]
        assert found(search=word, amount=3) == names[:3]
        assert set(names) <= set(found(search=""))
        page = api.request("GET", "/repositories", params={"search": word, "amount": 2, "after": names[0]}).json()
        assert page["pagination"] == {"has_more": True, "next_offset": names[2], "results": 2, "max_per_page": 1000}
        for amount in ("1001", "-2", "x"):
            assert api.request("GET", "/repositories", params={"amount": amount}).status_code == 400
    finally:
        for name in names:
            api.request("DELETE", f"/repositories/{name}")


def test_metadata(raw):
    change = lambda method, body: raw.status(method, "/metadata", json=body)
    assert raw.get("/metadata") == {}
    assert change("POST", {"metadata": {"a": "1", "é": "ü", "": "empty"}}) == 204
    assert change("POST", {"metadata": {"a": "2", "b": ""}}) == 204
    assert raw.get("/metadata") == {"a": "2", "b": "", "é": "ü", "": "empty"}
    assert change("POST", {"metadata": {}}) == change("DELETE", {"keys": []}) == 204
    assert change("DELETE", {"keys": ["é", "none", ""]}) == 204
    assert raw.get("/metadata") == {"a": "2", "b": ""}
    for method, body in [("POST", {}), ("POST", {"metadata": {"a": 1}}), ("POST", {"metadata": []}), ("DELETE", {}),
                         ("DELETE", {"keys": "a"}), ("DELETE", {"keys": [1]})]:
        assert change(method, body) == 400, body
    assert raw.get("/metadata") == {"a": "2", "b": ""}


# Read-only repositories

# Every write: method, path, body, and where `force` goes, if it can be forced; and the status then.
QUERY, BODY, NOWHERE = "query", "body", None
WRITES = [
    ("POST", "/branches/main/objects?path=new", None, QUERY, 201), ("DELETE", "/branches/main/objects?path=a", None, QUERY, 204),
    ("POST", "/branches/main/objects/copy?dest_path=c", {"src_path": "a"}, BODY, 201),
    ("PUT", "/branches/main/objects/stat/user_metadata?path=a", {"set": {"k": "v"}}, NOWHERE, None),
    ("POST", "/branches/main/commits", {"message": "m", "allow_empty": True}, BODY, 201),
    ("PUT", "/branches/main", {"type": "reset"}, BODY, 204), ("PUT", "/branches/main", {"type": "object", "path": "a"}, BODY, 204),
    ("PUT", "/branches/main/hard_reset?ref=main", None, QUERY, 204),
    ("POST", "/branches", {"name": "b", "source": "main"}, BODY, 201), ("DELETE", "/branches/gone", None, QUERY, 204),
    ("POST", "/tags", {"id": "t", "ref": "main"}, BODY, 201), ("DELETE", "/tags/v1", None, QUERY, 204),
    ("POST", "/refs/dev/merge/main", {}, BODY, 200), ("POST", "/branches/dev/revert", {"ref": "dev", "parent_number": 0}, BODY, 204),
    ("POST", "/branches/main/cherry-pick", {"ref": "dev"}, BODY, 201), ("POST", "/branches/dev/replay", {"onto": "main"}, BODY, 200),
    ("POST", "/branches/dropped/undelete", {}, BODY, 201), ("POST", "/tags/dropped.1/undelete", {}, BODY, 201),
    ("PUT", "/settings/branch_protection", [{"pattern": "x"}], NOWHERE, None),
    ("POST", "/branch_protection", {"pattern": "x"}, NOWHERE, None),
    ("DELETE", "", None, QUERY, 204),
]


def fill(raw, **force):
    """What the writes need to be possible; all by force."""
    query = {name: "true" for name in force}
    for branch in ("dev", "gone", "dropped"):
        raw.branch(branch, **force)
    for path, branch in [("a", "main"), ("b", "dev")]:
        raw.done(201, "POST", f"/branches/{branch}/objects", params={"path": path, **query}, data=b"1")
        raw.done(201, "POST", f"/branches/{branch}/commits", json={"message": path, **force})
    for tag in ("v1", "dropped.1"):
        raw.done(201, "POST", "/tags", json={"id": tag, "ref": "main", **force})
    raw.done(204, "DELETE", "/branches/dropped", params=query)
    raw.done(204, "DELETE", "/tags/dropped.1", params=query)


@pytest.mark.parametrize("method,path,body,force,status", WRITES, ids=[f"{row[0]} {row[1]}" for row in WRITES])
def test_a_read_only_repository_is_written_to_by_force_alone(api, method, path, body, force, status):
    with fresh(api, read_only=True) as raw:
        assert raw.get("")["read_only"] is True
        fill(raw, force=True)
        moves = raw.get("/ref_log")["results"]
        ways = [(path, body)]
        query = path + ("&" if "?" in path else "?") + "force="
        if force == QUERY:
            ways += [(query + "false", body)]
        elif force == BODY:
            ways += [(path, {**body, "force": False})]
        else:
            ways += [(query + "true", body)]
        for refused_path, refused in ways:
            answer = raw.call(method, refused_path, json=refused)
            assert (answer.status_code, "read-only repository" in message(answer)) == (403, True), answer.text
        assert raw.get("/ref_log")["results"] == moves
        assert raw.content() == {"a": "1"} and raw.get("/metadata") == {} and raw.uncommitted() == []
        assert raw.get("/settings/branch_protection") == []
        if force == QUERY:
            raw.done(status, method, query + "true", json=body)
        elif force == BODY:
            raw.done(status, method, path, json={**body, "force": True})


def test_metadata_is_no_part_of_what_is_read_only(api):
    with fresh(api, read_only=True) as raw:
        raw.done(204, "POST", "/metadata", json={"metadata": {"a": "1", "b": "2"}})
        raw.done(204, "DELETE", "/metadata", json={"keys": ["a"]})
        assert raw.get("/metadata") == {"b": "2"}


def test_a_bulk_delete_tells_each_path_that_the_repository_is_read_only(api):
    with fresh(api, read_only=True) as raw:
        fill(raw, force=True)
        page = raw.done(200, "POST", "/branches/main/objects/delete", json={"paths": ["a", "none"]}).json()
        assert [(row["path"], row["status_code"]) for row in page["errors"]][0] == ("a", 403)
        assert raw.content() == {"a": "1"}
        page = raw.done(200, "POST", "/branches/main/objects/delete?force=true", json={"paths": ["a", "none"]}).json()
        assert (page["errors"], raw.content()) == ([], {})


# Protection of branches

RULES = "/settings/branch_protection"


def protect(raw, *patterns):
    raw.done(204, "PUT", RULES, json=[{"pattern": pattern} for pattern in patterns])


def test_rules_are_replaced_and_have_an_entity_tag(raw):
    def put(patterns, **headers):
        names = {"if_match": "If-Match"}
        return raw.status("PUT", RULES, json=[{"pattern": pattern} for pattern in patterns],
                          headers={names[name]: value for name, value in headers.items()})

    def shown():
        answer = raw.done(200, "GET", RULES)
        return [row["pattern"] for row in answer.json()], answer.headers["ETag"]

    assert shown() == ([], "")
    assert put(["a"], if_match="anything") == 412
    assert put(["a", "b*"], if_match="") == 204
    first = shown()
    assert first[0] == ["a", "b*"] and first[1]
    assert put(["c"], if_match="") == 412
    answer = raw.call("PUT", RULES, json=[], headers={"If-Match": "stale"})
    assert (answer.status_code, "Precondition failed" in message(answer)) == (412, True)
    assert shown() == first
    assert put(["c"], if_match=first[1]) == 204
    assert put(["d"], if_match=first[1]) == 412
    assert put(["e"]) == 204
    assert shown()[0] == ["e"]
    assert put([]) == 204
    assert shown()[0] == []
    for body in ([{"pattern": ""}], [{}], [{"pattern": 1}], {"pattern": "a"}, ["a"], [{"pattern": "["}], [{"pattern": "{a"}]):
        assert raw.status("PUT", RULES, json=body) == 400, body
    assert shown()[0] == []


GLOBS = [
    ("main", ["main"], ["main2", "amain", "Main"]), ("*", ["main", "a-b", "_"], []), ("r*", ["r", "release-1"], ["main", "ar"]),
    ("*-prod", ["a-prod", "x-prod"], ["a-prod-b", "prod"]), ("v?", ["v1", "vx"], ["v", "v12"]),
    ("v[0-9]", ["v1", "v9"], ["vx", "v10"]), ("v[!0-9]", ["vx"], ["v1"]), ("[ab]_*", ["a_", "b_x"], ["c_x"]),
    ("{main,dev}", ["main", "dev"], ["main-dev", "mai"]), ("r-{1,2?}", ["r-1", "r-2x"], ["r-2", "r-3"]),
]


@pytest.mark.parametrize("pattern,inside,outside", GLOBS, ids=[row[0] for row in GLOBS])
def test_globs(raw, pattern, inside, outside):
    for branch in inside + outside:
        if branch != "main":
            raw.branch(branch)
    protect(raw, "nothing-like-it", pattern)
    for branch in inside + outside:
        expected = 403 if branch in inside else 201
        assert raw.status("POST", f"/branches/{branch}/objects?path=a", data=b"1") == expected, branch


# On a protected branch: what is refused, with the words, and what is allowed.
REFUSED = [
    ("POST", "/branches/main/objects?path=new", None, "cannot write to protected branch"),
    ("DELETE", "/branches/main/objects?path=a", None, "cannot write to protected branch"),
    ("POST", "/branches/main/objects/copy?dest_path=c", {"src_path": "a"}, "cannot write to protected branch"),
    ("PUT", "/branches/main/objects/stat/user_metadata?path=a", {"set": {}}, "cannot write to protected branch"),
    ("PUT", "/branches/main", {"type": "reset"}, "cannot write to protected branch"),
    ("PUT", "/branches/main", {"type": "object", "path": "a"}, "cannot write to protected branch"),
    ("PUT", "/branches/main", {"type": "common_prefix", "path": "a"}, "cannot write to protected branch"),
    ("POST", "/branches/main/commits", {"message": "m", "allow_empty": True}, "cannot commit to protected branch"),
    ("PUT", "/branches/main/hard_reset?ref=dev", None, "protected branch"),
    ("POST", "/branches/main/replay", {"onto": "dev"}, "protected branch"),
]
ALLOWED = [
    ("POST", "/refs/dev/merge/main", {}, 200), ("POST", "/branches/main/revert", {"ref": "main", "parent_number": 0}, 204),
    ("POST", "/branches/main/cherry-pick", {"ref": "dev"}, 201), ("POST", "/tags", {"id": "v2", "ref": "main"}, 201),
    ("POST", "/branches", {"name": "made", "source": "main"}, 201), ("DELETE", "/branches/dev", None, 204),
    ("POST", "/branches/dropped/undelete", {}, 201), ("GET", "/refs/main/objects?path=a", None, 200),
]


def test_what_protection_refuses(raw):
    fill(raw)
    protect(raw, "main", "d*")
    head = raw.head()
    for method, path, body, words in REFUSED:
        answer = raw.call(method, path, json=body)
        assert (answer.status_code, words in message(answer)) == (403, True), (path, answer.text)
        if body is not None:
            assert raw.status(method, path, json={**body, "force": True}) == 403, path
    page = raw.done(200, "POST", "/branches/main/objects/delete", json={"paths": ["a"]}).json()
    assert [(row["path"], row["status_code"]) for row in page["errors"]] == [("a", 403)]
    assert (raw.head(), raw.content(), raw.uncommitted()) == (head, {"a": "1"}, [])
    protect(raw)
    assert raw.status("POST", "/branches/main/objects?path=new", data=b"x") == 201


@pytest.mark.parametrize("method,path,body,status", ALLOWED, ids=[f"{row[0]} {row[1]}" for row in ALLOWED])
def test_what_protection_allows(raw, method, path, body, status):
    fill(raw)
    protect(raw, "*")
    raw.done(status, method, path, json=body)


def test_rules_hold_for_branches_made_later_and_at_once(raw):
    raw.write("main", {"a": "1"})
    protect(raw, "main", "later")
    assert raw.status("POST", "/branches/main/commits", json={"message": "m"}) == 403
    raw.branch("later")
    assert raw.status("POST", "/branches/later/objects?path=a", data=b"1") == 403
    protect(raw)
    raw.commit("main", "m", allow_empty=False)


def test_the_older_routes(raw):
    older = "/branch_protection"
    change = lambda method, body: raw.call(method, older, json=body)
    assert raw.status("GET", older + "/set_allowed") == 204
    assert raw.get(older) == []
    for pattern in ("a", "b*", "a"):
        answer = change("POST", {"pattern": pattern})
        assert (answer.status_code, answer.content) == (204, b"")
    assert raw.get(older) == raw.get(RULES) == [{"pattern": "a"}, {"pattern": "b*"}]
    answer = change("DELETE", {"pattern": "none"})
    assert (answer.status_code, message(answer)) == (404, "branch protection rule not found")
    answer = change("DELETE", {"pattern": "a"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert raw.get(older) == [{"pattern": "b*"}]
    for method in ("POST", "DELETE"):
        for body in ({}, {"pattern": 1}, []):
            assert change(method, body).status_code == 400, body
    assert change("POST", {"pattern": ""}).status_code == 400
    assert raw.status("GET", older, auth=None) == 401


# Names and references that are not there or none, in a read-only repository, on a protected branch, and over staged data alike.
@pytest.mark.parametrize("method,path,body,status", [
    ("POST", "/branches/none/objects?path=a", None, 404), ("DELETE", "/branches/none/objects?path=a", None, 404),
    ("POST", "/branches/none/commits", {"message": "m"}, 404), ("PUT", "/branches/none", {"type": "reset"}, 404),
    ("PUT", "/branches/main/hard_reset?ref=none", None, 404), ("PUT", "/branches/none/hard_reset?ref=main", None, 404),
    ("PUT", "/branches/main/hard_reset?ref=main^2", None, 400), ("POST", "/branches", {"name": "b", "source": "none"}, 404),
    ("POST", "/branches", {"name": "b", "source": "main$"}, 400), ("DELETE", "/branches/none", None, 404),
    ("POST", "/tags", {"id": "t", "ref": "none"}, 404), ("POST", "/tags", {"id": "t", "ref": "main$"}, 400),
    ("DELETE", "/tags/none", None, 404), ("POST", "/refs/none/merge/main", {}, 404), ("POST", "/refs/main/merge/none", {}, 404),
    ("POST", "/refs/main$/merge/main", {}, 400), ("POST", "/branches/main/revert", {"ref": "none", "parent_number": 0}, 404),
    ("POST", "/branches/none/revert", {"ref": "main", "parent_number": 0}, 404),
    ("POST", "/branches/main/cherry-pick", {"ref": "none"}, 404), ("POST", "/branches/none/cherry-pick", {"ref": "main"}, 404),
    ("POST", "/branches/main/replay", {"onto": "none"}, 404), ("POST", "/branches/none/replay", {"onto": "main"}, 404),
    ("POST", "/branches/none/undelete", {}, 404), ("POST", "/tags/none/undelete", {}, 404)])
def test_what_is_looked_up_comes_before_rules_of_state(raw, api, method, path, body, status):
    raw.write("main", {"a": "1"})
    protect(raw, "*")
    assert raw.status(method, path, json=body) == status
    with fresh(api, read_only=True) as other:
        assert other.status(method, path, json=body) == status
