"""Commits and merges that go on without their caller."""

import time

import pytest

from raw_api import message

COMMITS = "/branches/main/commits"
MERGE = "/refs/dev/merge/main"


def ended(raw, path, ticket):
    """The state of a job once it has ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        state = raw.get(path + "/status", id=ticket)
        assert state["task_id"] == ticket
        if state["completed"]:
            return state
        assert set(state) == {"task_id", "completed", "update_time"}
        time.sleep(0.05)
    raise AssertionError("it does not end")


def begun(raw, path, **body):
    return raw.done(202, "POST", path + "/async", json=body).json()["id"]


def test_a_commit(raw):
    before = raw.head()
    raw.write("main", {"a": "1", "b": "2"})
    state = ended(raw, COMMITS, begun(raw, COMMITS, message="later", metadata={"k": "v"}, date=1_700_000_000))
    commit = state["result"]
    assert "error" not in state and "status_code" not in state
    assert commit == raw.show("main")
    assert (commit["message"], commit["metadata"], commit["creation_date"]) == ("later", {"k": "v"}, 1_700_000_000)
    assert (commit["parents"], commit["committer"]) == ([before], "admin")
    assert raw.content() == {"a": "1", "b": "2"} and raw.get("/branches/main/diff")["results"] == []


def test_what_a_commit_is_refused_for(raw):
    state = ended(raw, COMMITS, begun(raw, COMMITS, message="nothing"))
    assert (state["status_code"], "no changes" in state["error"]["message"]) == (400, True) and "result" not in state
    assert ended(raw, COMMITS, begun(raw, COMMITS, message="empty", allow_empty=True))["result"]["message"] == "empty"
    for path, body, status in (
        ("/branches/none/commits", {"message": "m"}, 404), (COMMITS, {}, 400), ("/branches/a b/commits", {"message": "m"}, 400),
    ):
        answer = raw.call("POST", path + "/async", json=body)
        assert answer.status_code == status and message(answer)
    raw.done(204, "PUT", "/settings/branch_protection", json=[{"pattern": "main"}])
    at_once = raw.call("POST", COMMITS, json={"message": "m", "allow_empty": True})
    answer = raw.call("POST", COMMITS + "/async", json={"message": "m", "allow_empty": True})
    assert answer.status_code == at_once.status_code and message(answer) == message(at_once)


def test_a_merge(raw):
    raw.branch("dev")
    raw.commit("dev", "work", {"a": "1"})
    state = ended(raw, MERGE, begun(raw, MERGE, message="together", squash_merge=True))
    commit = raw.show("main")
    assert state["result"] == {"reference": commit["id"]}
    assert (commit["message"], len(commit["parents"])) == ("together", 1) and raw.content() == {"a": "1"}
    # Without a body.
    raw.commit("dev", "more", {"b": "1"})
    ticket = raw.done(202, "POST", MERGE + "/async").json()["id"]
    assert ended(raw, MERGE, ticket)["result"] == {"reference": raw.head()}


def test_a_conflict_is_told_as_at_once(raw):
    raw.branch("dev")
    raw.commit("dev", "theirs", {"a": "1"})
    raw.commit("main", "ours", {"a": "2"})
    head = raw.head()
    state = ended(raw, MERGE, begun(raw, MERGE))
    assert state["status_code"] == 409 and "conflict found" in state["error"]["message"] and raw.head() == head
    state = ended(raw, MERGE, begun(raw, MERGE, resolutions=[{"path": "a", "take": "source"}]))
    assert state["result"] == {"reference": raw.head()} and raw.content() == {"a": "1"}
    assert raw.status("POST", MERGE + "/async", json={"strategy": "none"}) == 400
    assert raw.status("POST", "/refs/none/merge/main/async") == 404


def test_a_job_is_of_its_kind_and_repository(raw, api):
    raw.write("main", {"a": "1"})
    ticket = begun(raw, COMMITS, message="m")
    ended(raw, COMMITS, ticket)
    for path in (MERGE, "/refs/main/merge/main"):
        assert message(raw.call("GET", path + "/status", params={"id": ticket})) == "task not found"
    assert raw.status("GET", COMMITS + "/status", params={"id": "x"}) == 404
    assert raw.status("GET", COMMITS + "/status") == 400
    assert raw.status("GET", "/dump", params={"task_id": ticket}) == 404


@pytest.mark.parametrize("many", [20])
def test_many_at_once_are_each_made_once(raw, many):
    tickets = [begun(raw, COMMITS, message=f"c {n}", allow_empty=True) for n in range(many)]
    made = {ended(raw, COMMITS, ticket)["result"]["id"] for ticket in tickets}
    log = raw.log("main", amount=100)
    assert len(made) == many and {row["id"] for row in log[:many]} == made and len(log) == many + 1
