"""What holds for every call and every list: pages, order of names, switches, forms of answers, words of refusals."""

import threading
import time

import installation
import pytest
import requests

from raw_api import RawRepository, fresh, message

PATHS = ["Z", "a", "a/b", "b", "é"]


@pytest.fixture(scope="module")
def lake(api):
    """A repository with five rows in each of its lists."""
    with fresh(api) as lake:
        yield fill(lake)


def fill(lake):
    lake.commit("main", "base", {path: "base" for path in PATHS})
    for branch in ("Z", "_x", "b-c", "dev"):
        lake.branch(branch)
    for tag in ("Z1", "_", "v1", "v1.1", "é"):
        lake.tag(tag)
    lake.commit("dev", "theirs", {path: "theirs" for path in PATHS})
    lake.commit("main", "ours", {path: "our own" for path in PATHS})
    lake.write("main", {path: "staged" for path in PATHS})
    for number in range(2):
        lake.commit("b-c", f"empty {number}")
    return lake


# Each list: its path, the names of its rows in the order of bytes (None: not by name), the field that has the name.
BRANCHES = ["Z", "_x", "b-c", "dev", "main"]
FOLDED = ["Z", "a", "a/", "b", "é"]
LISTS = {
    "folded objects": ("/refs/main/objects/ls?delimiter=/", FOLDED, "path"),
    "folded staged changes": ("/branches/main/diff?delimiter=/", FOLDED, "path"),
    "a folded two-dot diff": ("/refs/main/diff/dev?type=two_dot&delimiter=/", FOLDED, "path"),
    "a folded three-dot diff": ("/refs/main/diff/dev?delimiter=/", FOLDED, "path"),
    "folded last commits": ("/refs/main/objects/last_commits?delimiter=/", FOLDED, "path"),
    "branches": ("/branches", BRANCHES, "id"),
    "tags": ("/tags", ["Z1", "_", "v1", "v1.1", "é"], "id"),
    "objects": ("/refs/main/objects/ls", PATHS, "path"),
    "staged changes": ("/branches/main/diff", PATHS, "path"),
    "a two-dot diff": ("/refs/main/diff/dev?type=two_dot", PATHS, "path"),
    "a three-dot diff": ("/refs/main/diff/dev", PATHS, "path"),
    "conflicts": ("/refs/dev/merge/main/conflicts", PATHS, "path"),
    "last commits": ("/refs/main/objects/last_commits", PATHS, "path"),
    "the log": ("/refs/b-c/commits", None, "id"),
    "the ref log": ("/ref_log", None, "id"),
}


def page(lake, path, **query):
    whole = lake.get(path, **query)
    assert set(whole["pagination"]) == {"has_more", "next_offset", "results", "max_per_page"}
    assert whole["pagination"]["max_per_page"] == 1000
    assert whole["pagination"]["results"] == len(whole["results"])
    return whole["pagination"], whole["results"]


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_is_read_page_by_page(lake, kind):
    path, names, field = LISTS[kind]
    pagination, rows = page(lake, path)
    everything = [row[field] for row in rows]
    assert names is None or everything == names == sorted(names, key=str.encode)
    assert (pagination["has_more"], pagination["next_offset"]) == (False, "")
    for size in (1, 2):
        seen, after = [], ""
        while True:
            pagination, rows = page(lake, path, amount=size, after=after)
            seen += [row[field] for row in rows]
            assert pagination["next_offset"] == (seen[-1] if pagination["has_more"] else "")
            if not pagination["has_more"]:
                break
            assert len(rows) == size
            after = pagination["next_offset"]
        assert seen == everything
    # A page that holds just all of it is the last.
    pagination, _ = page(lake, path, amount=len(everything))
    assert (pagination["has_more"], pagination["next_offset"]) == (False, "")
    # 0 and -1 stand for the default.
    for amount in (0, -1, 1000):
        assert [row[field] for row in page(lake, path, amount=amount)[1]] == everything


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("amount", ["1001", "-2", "ten", "1.5", "", "+1", "9" * 30])
def test_an_amount_that_is_none_is_400(lake, kind, amount):
    answer = lake.call("GET", LISTS[kind][0], params={"amount": amount})
    assert (answer.status_code, "amount" in message(answer)) == (400, True)


@pytest.mark.parametrize("kind", [kind for kind in LISTS if LISTS[kind][1]])
def test_where_a_page_of_names_begins(lake, kind):
    path, names, field = LISTS[kind]
    found = lambda **query: [row[field] for row in page(lake, path, **query)[1]]
    for after in names + ["", "A", "Zz", "b!", "zzz", "\U0010FFFF"]:
        assert found(after=after) == [name for name in names if name.encode() > after.encode()], after
    for prefix in ["", "Z", "v1", "a", "b", "é", "none"]:
        below = [name for name in names if name.startswith(prefix)]
        assert found(prefix=prefix) == below
        # `after` smaller than `prefix` begins at the prefix; greater than all of it ends.
        assert found(prefix=prefix, after="!") == below
        assert found(prefix=prefix, after=prefix + "\U0010FFFF") == []
        for after in below:
            assert found(prefix=prefix, after=after) == [name for name in below if name.encode() > after.encode()]


def test_the_default_page_has_a_hundred_rows(raw):
    raw.write("main", {f"{number:03}": "x" for number in range(101)})
    for query in ({}, {"amount": 0}, {"amount": -1}):
        for path in ("/refs/main/objects/ls", "/branches/main/diff"):
            pagination, rows = page(raw, path, **query)
            assert (len(rows), pagination["has_more"], pagination["next_offset"]) == (100, True, "099"), (path, query)


def test_a_delimiter_folds_into_rows_of_the_page(raw):
    raw.write("main", {path: "x" for path in ["a", "b/1", "b/2", "b0", "c/d/1", "c/e", "d"]})
    paths = lambda **query: [row["path"] for row in page(raw, "/refs/main/objects/ls", delimiter="/", **query)[1]]
    assert paths() == ["a", "b/", "b0", "c/", "d"]
    pagination, rows = page(raw, "/refs/main/objects/ls", delimiter="/", amount=2)
    assert pagination["next_offset"] == "b/"
    folded = rows[1]
    assert "size_bytes" not in folded
    assert folded == {"path": "b/", "path_type": "common_prefix", "physical_address": "", "checksum": "", "mtime": 0}
    assert paths(after="b/") == ["b0", "c/", "d"]
    assert paths(prefix="c/") == ["c/d/", "c/e"]
    assert paths(prefix="c/", after="c/d/") == ["c/e"]
    assert paths(prefix="c") == ["c/"]
    # A row of this kind is there as long as anything visible is below it.
    raw.remove("main", "b/1")
    assert "b/" in paths()
    raw.remove("main", "b/2")
    assert "b/" not in paths()


@pytest.mark.parametrize("text,status", [
    ("true", 200), ("false", 200), ("yes", 400), ("1", 400), ("TRUE", 400), ("", 400)])
def test_a_switch_is_true_or_false(lake, text, status):
    for path in ("/branches?show_hidden=", "/refs/main/commits?limit=", "/refs/main/commits?first_parent=",
                 "/refs/main/objects/ls?user_metadata=", "/refs/main/diff/dev?include_right_stats=", "/ref_log?deleted="):
        assert lake.status("GET", path + text) == status, path


# Method, path and status of answers that have no content.
@pytest.mark.parametrize("method,path,body,status", [
    ("PUT", "/branches/dev", {"type": "reset"}, 204),
    ("POST", "/metadata", {"metadata": {"a": "b"}}, 204),
    ("DELETE", "/metadata", {"keys": ["a"]}, 204),
    ("PUT", "/settings/branch_protection", [], 204),
    ("GET", "/branch_protection/set_allowed", None, 204),
    ("DELETE", "/branches/main/objects?path=none", None, 204),
])
def test_an_answer_without_content_is_empty(lake, method, path, body, status):
    answer = lake.call(method, path, json=body)
    assert (answer.status_code, answer.content) == (status, b"")
    assert answer.headers["X-Request-ID"]


def test_every_answer_has_a_number_of_its_own(lake):
    seen = [lake.call(method, path).headers["X-Request-ID"] for method, path in [
        ("GET", ""), ("GET", ""), ("GET", "/branches/none"), ("HEAD", "/refs/main/objects?path=a"), ("GET", "/nothing")]]
    assert len(set(seen)) == 5


def test_times_are_seconds(lake):
    for row in (lake.get(""), lake.log()[0]):
        assert type(row["creation_date"]) is int and 1_700_000_000 < row["creation_date"] < 100_000_000_000
    assert type(lake.get("/refs/main/objects/stat", path="a")["mtime"]) is int


# What clients look for in messages: method, path, body, status, words.
@pytest.mark.parametrize("method,path,body,status,words", [
    ("POST", "/branches/Z/commits", {"message": "m"}, 400, "no changes"),
    ("POST", "/refs/dev/merge/main", {}, 400, "uncommitted changes (dirty branch)"),
    ("POST", "/tags", {"id": "v1", "ref": "dev"}, 409, "tag already exists"),
    ("POST", "/branches", {"name": "dev", "source": "main"}, 409, "branch already exists"),
    ("POST", "/branches", {"name": "v1", "source": "main"}, 409, "conflict found"),
    ("GET", "/branches/none", None, 404, "branch not found"),
    ("GET", "/branches/v1", None, 404, "branch not found"),
    ("GET", "/tags/none", None, 404, "tag not found"),
    ("GET", "/tags/main", None, 404, "tag not found"),
    ("GET", "/commits/none", None, 404, "commit not found"),
    ("GET", "/refs/none/objects/ls", None, 404, "not found"),
    ("POST", "/branches/none/objects?path=a", None, 404, "branch 'none' not found"),
    ("DELETE", "/branches/main", None, 403, "cannot delete repository default branch"),
    ("POST", "/branches/dev/revert", {"ref": "dev~1", "parent_number": 0}, 409, "conflict found"),
    ("GET", "/no/such/route", None, 404, "invalid API endpoint"),
])
def test_words_that_clients_look_for(lake, method, path, body, status, words):
    answer = lake.call(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert words in message(answer)


# Lists of a repository answer the same where it, or what they are of, is not there.
@pytest.mark.parametrize("kind", LISTS)
def test_who_asks_and_for_what_is_checked_in_order(api, lake, kind):
    path = LISTS[kind][0]
    nowhere = RawRepository(api, "does-not-exist")
    with_amount = path + ("&" if "?" in path else "?") + "amount=1001"
    assert nowhere.status("GET", with_amount, auth=None) == 400
    assert nowhere.status("GET", path, auth=None) == 401
    answer = nowhere.call("GET", path)
    assert (answer.status_code, message(answer)) == (404, "repository not found")
    assert RawRepository(api, "No").status("GET", path) == 400


def test_a_parameter_that_nobody_knows_is_let_through(lake):
    assert lake.status("GET", "/branches?unknown=1") == 200


def test_segments_are_decoded_once(lake):
    def status(path):
        # Sent as it is: requests writes what need not be escaped without the escape.
        request = requests.Request("GET", f"{lake.api.base}/repositories/{lake.name}", auth=(lake.api.key, lake.api.secret))
        prepared = request.prepare()
        prepared.url += path
        return lake.api.session.send(prepared, timeout=10).status_code

    for reference in ("main~1", "main%7E1", "main%7e1", "main^1", "main%5E1", "dev@", "dev%40", "main%7E%31", "%6dain"):
        assert status(f"/commits/{reference}") == 200, reference
    for reference in ("main%24", "main$", "main%40"):
        assert status(f"/refs/{reference}/objects/ls") == 200, reference
    assert (status("/tags/%C3%A9"), status("/commits/v1%2E1")) == (200, 200)
    # What is escaped twice is not what was meant.
    assert status("/commits/main%257E1") == 404


@pytest.mark.parametrize("kind", ["objects", "branches", "tags"])
def test_what_stays_is_told_once_while_others_write(raw, kind):
    """Rows come and go between those that stay, by commits too, while pages are read."""
    stay = [f"k-{number:02}" for number in range(0, 60)]
    if kind == "objects":
        raw.commit("main", "what stays", {name: "1" for name in stay})
        path, key = "/refs/main/objects/ls", "path"

        def come(name):
            raw.write("main", {name: "2"})
            if name.endswith("5-"):
                raw.commit("main", name, {"z": name})

        def go(name):
            raw.remove("main", name)
    else:
        path, key = f"/{kind}", "id"
        come, go = (raw.branch, lambda name: raw.call("DELETE", f"/branches/{name}")) if kind == "branches" else (
            raw.tag, lambda name: raw.call("DELETE", f"/tags/{name}"))
        for name in stay:
            come(name)
    ended, rounds = threading.Event(), []

    def disturb():
        while not ended.is_set():
            for name in stay[::5]:
                come(name + "-")
            for name in stay[::5]:
                go(name + "-")
            rounds.append(1)

    other = threading.Thread(target=disturb)
    other.start()
    try:
        lists = 0
        while len(rounds) < 3 or lists < 10:
            found, after = [], ""
            while True:
                page = raw.get(path, amount=7, after=after)
                found += [row[key] for row in page["results"]]
                if not page["pagination"]["has_more"]:
                    break
                after = page["pagination"]["next_offset"]
            assert found == sorted(found) and len(found) == len(set(found))
            assert [name for name in found if name in stay] == stay
            lists += 1
    finally:
        ended.set()
        other.join()


def test_the_number_of_an_answer_is_in_every_log_that_tells_of_it(raw):
    """What a person is told can be found again: in the log of the api, and of the index that it asked."""
    installation.restart("api", "index", TARN_ACCESS_LOG="all")
    try:
        answer = raw.call("GET", "/branches/main")
        assert answer.status_code == 200
        for name, words in (("api", "/branches/main"), ("index", "index.getBranch")):
            assert words in logged(name, answer.headers["X-Request-ID"])
    finally:
        installation.restart("api", "index")


def logged(name, number):
    log = installation.HOME / f"logs/{name}.log"
    for _ in range(50):
        for line in log.read_text().splitlines():
            if number in line and line.endswith("}"):
                return line
        time.sleep(0.1)
    raise AssertionError(f"{number} is not in the log of {name}")
