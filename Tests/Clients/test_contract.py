"""The check of answers itself: what it must find in answers that no server of ours gives."""

import json

import pytest
import requests
from contract import MAX_ELEMENTS, Contract


@pytest.fixture(scope="module")
def contract(api):
    return Contract(requests.get(api.endpoint + "/openapi.json", timeout=30).json())


JSON = {"Content-Type": "application/json", "X-Request-ID": "1"}
ROW = {"id": "main", "commit_id": "0" * 64}
REPOSITORY = {"id": "abc", "creation_date": 1, "default_branch": "main", "storage_namespace": "local://a"}
PAGE = {"has_more": False, "next_offset": "", "results": 1, "max_per_page": 1000}


def refs(rows, **pagination):
    return {"pagination": {**PAGE, **pagination}, "results": rows}


# A sentence for each: method, path, status, headers, body, part of what is said; None where nothing is wrong.
CASES = [
    ("an answer that is right", "GET", "/repositories/abc", 200, JSON, REPOSITORY, None),
    ("a list that is right", "GET", "/repositories/abc/branches", 200, JSON, refs([ROW]), None),
    ("a status that is not told", "GET", "/repositories/abc", 203, JSON, REPOSITORY, "does not have this status"),
    ("the server's own failure", "GET", "/repositories/abc", 500, JSON, {"message": "x"}, "server itself"),
    ("a failure without a message", "GET", "/repositories/abc", 404, JSON, {"error": "x"}, "message"),
    ("any failure in its form", "GET", "/repositories/abc", 429, JSON, {"message": "x"}, None),
    ("a missing member", "GET", "/repositories/abc", 200, JSON, {"id": "abc"}, "creation_date"),
    ("a member of the wrong type", "GET", "/repositories/abc", 200, JSON, {**REPOSITORY, "creation_date": "1"}, "integer"),
    ("a member nobody told of", "GET", "/repositories/abc", 200, JSON, {**REPOSITORY, "more": 1}, "more"),
    ("a null", "GET", "/repositories/abc", 200, JSON, {**REPOSITORY, "id": None}, "$.id"),
    ("another type of content", "GET", "/repositories/abc", 200, {**JSON, "Content-Type": "text/html"}, REPOSITORY, "application/json"),
    ("no id of the request", "GET", "/repositories/abc", 200, {"Content-Type": "application/json"}, REPOSITORY, "X-Request-ID"),
    ("no JSON", "GET", "/repositories/abc", 200, JSON, b"{", "no JSON"),
    ("no body", "GET", "/repositories/abc", 200, JSON, b"", "should be a body"),
    ("a body too many", "DELETE", "/repositories/abc", 204, JSON, b"x", "no body"),
    ("a wrong row", "GET", "/repositories/abc/branches", 200, JSON, refs([ROW] * 500 + [{"id": 1}]), "commit_id"),
    ("a page without its members", "GET", "/repositories/abc/branches", 200, JSON, {"results": []}, "pagination"),
    ("no operation", "GET", "/nothing", 404, JSON, {"message": "x"}, None),
    ("no operation that succeeds", "GET", "/nothing", 200, JSON, {"message": "x"}, "this status"),
    ("a body to HEAD", "HEAD", "/repositories/abc/refs/main/objects", 200, JSON, b"x", "HEAD"),
]


@pytest.mark.parametrize("rule,method,path,status,headers,body,said", CASES, ids=[row[0] for row in CASES])
def test_an_answer(contract, rule, method, path, status, headers, body, said):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = contract.violation(method, "http://host/api/v1" + path + "?a=b", status, headers, body)
    if said is None:
        assert found is None
    else:
        assert said in found and path in found


def test_a_long_list_is_looked_at_from_both_ends(contract):
    rows = [ROW] * (2 * MAX_ELEMENTS)
    for place in (0, len(rows) - 1):
        wrong = [dict(row) for row in rows]
        del wrong[place]["id"]
        body = json.dumps(refs(wrong)).encode()
        assert "'id'" in contract.violation("GET", "http://host/api/v1/repositories/abc/branches", 200, JSON, body)


def test_a_literal_goes_before_a_parameter(contract):
    assert contract.operation("GET", "/repositories/abc/refs/main/objects/ls")["operationId"] == "listObjects"
    assert contract.operation("GET", "/repositories/abc/branches/main")["operationId"] == "getBranch"
    assert contract.operation("PATCH", "/repositories") is None
