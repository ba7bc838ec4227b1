"""The audit log through the REST API: what was done is there, by whom and with which result; nobody can change it."""

import json
import time
import uuid

import pytest
import requests


def find(api, expect, **filters):
    """Records of the log, once as many as expected are there: who only reads is written down a moment later."""
    end = time.monotonic() + 20
    while True:
        answer = api.request("GET", "/audit", params={"amount": 1000, **filters})
        assert answer.status_code == 200, answer.text
        rows = answer.json()["results"]
        if len(rows) >= expect or time.monotonic() > end:
            assert len(rows) == expect, rows
            return rows
        time.sleep(0.1)


def test_a_change_and_its_refusal_are_there(api, repo):
    base = f"/repositories/{repo}"
    assert api.request("POST", f"{base}/branches", json={"name": "dev", "source": "main"}).status_code == 201
    assert api.request("POST", f"{base}/branches", json={"name": "dev", "source": "main"}).status_code == 409
    assert api.request("DELETE", f"{base}/branches/dev", auth=("none", "wrong")).status_code == 401
    created = find(api, 2, repository=repo, operation="createBranch")
    end = time.monotonic() + 20
    while {row["result"] for row in created} != {"ok", "failed"} and time.monotonic() < end:
        created = find(api, 2, repository=repo, operation="createBranch")
    failed, ok = created
    assert (ok["result"], ok["status"], failed["result"], failed["status"]) == ("ok", 201, "failed", 409)
    assert ok["access_key_id"] == api.key and ok["user"] and ok["client_address"] and ok["service"] == "api"
    assert ok["target"] == f"{base}/branches" and ok["duration_us"] > 0 and "error" in failed
    refused, = find(api, 1, repository=repo, operation="deleteBranch")
    assert (refused["result"], refused["status"]) == ("refused", 401) and "user" not in refused


def test_pages_and_export_agree(api, repo):
    for number in range(7):
        api.request("GET", f"/repositories/{repo}/branches/main")
    rows = find(api, 7, repository=repo, operation="getBranch")
    found, after = [], ""
    while True:
        page = api.request("GET", "/audit", params={
            "repository": repo, "operation": "getBranch", "amount": 3, "after": after}).json()
        found += page["results"]
        if not page["pagination"]["has_more"]:
            break
        after = page["pagination"]["next_offset"]
    assert found == rows
    lines = api.request("GET", "/audit/export", params={"repository": repo, "operation": "getBranch"})
    assert lines.headers["Content-Type"] == "application/x-ndjson"
    assert [json.loads(line) for line in lines.text.splitlines()] == rows
    assert {row["request_id"] for row in rows} and len({row["id"] for row in rows}) == 7


def test_times_and_results_filter(api, repo):
    before = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 600))
    long_ago = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 1200))
    api.request("GET", f"/repositories/{repo}/branches/none")
    row, = find(api, 1, repository=repo, operation="getBranch", result="failed", **{"from": before})
    assert row["status"] == 404
    find(api, 0, repository=repo, operation="getBranch", **{"from": long_ago, "to": before})


@pytest.mark.parametrize("query", ["from=yesterday", "result=good", "after=x", "after=1", "plane=both", "amount=2000"])
def test_bad_questions(api, query):
    answer = api.request("GET", f"/audit?{query}")
    assert answer.status_code == 400 and answer.json()["message"]


def test_the_log_is_for_those_who_may_read_it(api):
    assert api.request("GET", "/audit", auth=False).status_code == 401
    assert api.request("DELETE", "/audit").status_code == 404


def test_no_secret_is_in_it(api):
    secret = uuid.uuid4().hex
    requests.post(f"{api.base}/auth/login", json={"access_key_id": "nobody", "secret_access_key": secret}, timeout=30)
    api.request("GET", "/repositories", auth=(api.key, secret))
    end = time.monotonic() + 20
    while True:
        text = api.request("GET", "/audit/export").text
        if '"login"' in text or time.monotonic() > end:
            break
        time.sleep(0.1)
    assert '"login"' in text and secret not in text and api.secret not in text
