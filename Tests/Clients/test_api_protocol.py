"""The form of the protocol itself, by raw requests: the document, the order of checks, bad input, sign-in."""

import socket

import pytest
import requests
from openapi_spec_validator import validate


def test_the_document_is_valid_and_whole(api):
    document = requests.get(api.endpoint + "/openapi.json", timeout=10).json()
    validate(document)
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    # The protocol's operations, no one left out, and what Tarn adds to them.
    added = {operation["operationId"] for operation in operations if "tarn" in operation["tags"]}
    assert len(operations) - len(added) == 134
    assert {"listLastCommits", "summarizeObjects"} <= added


def test_health_needs_no_credentials(api):
    answer = api.request("GET", "/healthcheck", auth=None)
    assert (answer.status_code, answer.content) == (204, b"")
    assert requests.get(api.endpoint + "/_health", timeout=10).status_code == 200


# A sentence for each: method, path, body, with credentials or not, status, what the message holds.
ORDER = [
    ("an unknown route needs no credentials", "GET", "/nothing", None, False, 404, "invalid API endpoint"),
    ("an unknown method of a path is an unknown route", "PATCH", "/repositories", None, False, 404, "invalid API endpoint"),
    ("a malformed query is told first", "GET", "/repositories?amount=1001", None, False, 400, "amount"),
    ("a query parameter that is missing, too", "GET", "/repositories/x1y/refs/main/objects/stat", None, False, 400, "path"),
    ("an empty one is missing", "GET", "/repositories/x1y/refs/main/objects/stat?path=", None, False, 400, "path"),
    ("no number", "GET", "/repositories?amount=ten", None, False, 400, "amount"),
    ("no boolean", "GET", "/repositories/x1y/branches?show_hidden=yes", None, False, 400, "show_hidden"),
    ("an unknown word", "GET", "/repositories/x1y/refs/a/diff/b?type=one_dot", None, False, 400, "type"),
    ("bad JSON", "POST", "/repositories", b"{", False, 400, "request body"),
    ("JSON of the wrong form", "POST", "/repositories", b"[]", False, 400, "object"),
    ("a missing field", "POST", "/repositories", b'{"name":"abc"}', False, 400, "storage_namespace"),
    ("a field of the wrong type", "POST", "/repositories", b'{"name":7,"storage_namespace":"local://x"}', False, 400, "name"),
    ("a null where none may be", "POST", "/repositories", b'{"name":null,"storage_namespace":"local://x"}', False, 400, "name"),
    ("a bad name in a body", "POST", "/repositories", b'{"name":"No","storage_namespace":"local://x"}', False, 400, "name"),
    ("no body where one is needed", "POST", "/repositories", b"", False, 400, "missing"),
    ("then credentials", "GET", "/repositories/does-not-exist", None, False, 401, "error authenticating request"),
    ("then the repository", "GET", "/repositories/does-not-exist", None, True, 404, "repository not found"),
    ("before names in it", "GET", "/repositories/does-not-exist/branches/a.b", None, True, 404, "repository not found"),
    ("a repository's name has a form", "GET", "/repositories/NO", None, True, 400, "repository name"),
    ("what is not built says so", "GET", "/repositories/does-not-exist/actions/runs", None, True, 501, "not implemented"),
    ("but not to strangers", "GET", "/repositories/does-not-exist/actions/runs", None, False, 401, "authenticating"),
]


@pytest.mark.parametrize("rule,method,path,body,signed,status,message", ORDER, ids=[row[0] for row in ORDER])
def test_order_of_checks(api, rule, method, path, body, signed, status, message):
    headers = {"Content-Type": "application/json"} if body is not None else {}
    answer = api.request(method, path, auth=signed, data=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert message in answer.json()["message"]
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-ID"]


def test_names_in_a_repository_that_is_there(api, repo):
    for path, status in [
        (f"/repositories/{repo}/branches/a.b", 400), (f"/repositories/{repo}/branches/none", 404),
        (f"/repositories/{repo}/commits/main~x", 400), (f"/repositories/{repo}/commits/main~99", 404),
        (f"/repositories/{repo}/refs/none/objects/stat?path=a", 404),
        (f"/repositories/{repo}/refs/main$~1/objects/stat?path=a", 400),
    ]:
        answer = api.request("GET", path)
        assert answer.status_code == status, (path, answer.text)


def test_head_answers_have_no_body(api, repo):
    answer = api.request("HEAD", f"/repositories/{repo}/refs/main/objects?path=none")
    assert (answer.status_code, answer.content) == (404, b"")
    answer = api.request("HEAD", f"/repositories/{repo}/refs/main/objects?path=none", auth=None)
    assert (answer.status_code, answer.content) == (401, b"")


def test_segments_come_escaped_or_not(api, main):
    main.object("a").upload(data=b"1")
    main.commit("first")
    for reference in ("main~0", "main%7E0", "main^0", "main%5E0", "main@", "main%40", "main$", "main%24"):
        answer = api.request("GET", f"/repositories/{main.repo_id}/refs/{reference}/objects/stat", params={"path": "a"})
        assert answer.status_code == 200, (reference, answer.text)


def test_a_body_over_the_limit_is_413(api, repo):
    body = b'{"paths":["' + b"a" * (5 << 20) + b'"]}'
    answer = api.request(
        "POST", f"/repositories/{repo}/branches/main/objects/delete", data=body,
        headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["a" * 1025, "é" * 513])
def test_a_path_over_1024_bytes_is_400_and_stages_nothing(api, main, path):
    answer = api.request("POST", f"/repositories/{main.repo_id}/branches/main/objects", params={"path": path}, data=b"x")
    assert answer.status_code == 400
    assert list(main.uncommitted()) == []


def test_a_path_that_is_no_utf8_is_400(api, main):
    answer = api.request("POST", f"/repositories/{main.repo_id}/branches/main/objects?path=%ff%fe", data=b"x")
    assert answer.status_code == 400
    assert list(main.uncommitted()) == []


def test_a_truncated_upload_stages_nothing(api, main):
    host, port = api.endpoint.removeprefix("http://").split(":")
    request = requests.Request("POST", f"{api.base}/repositories/{main.repo_id}/branches/main/objects?path=cut",
                               auth=(api.key, api.secret)).prepare()
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = [f"POST {request.path_url} HTTP/1.1", f"Host: {host}", "Content-Length: 1000",
                f"Authorization: {request.headers['Authorization']}", "", "only this"]
        connection.sendall("\r\n".join(head).encode())
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(10)
        answer = connection.recv(4096)
    assert not answer.startswith(b"HTTP/1.1 2")
    assert list(main.uncommitted()) == []


# Sign-in.

BAD_CREDENTIALS = {
    "none": {},
    "wrong secret": {"auth": ("KEY", "wrong")},
    "no such key": {"auth": ("AKIANOBODY", "wrong")},
    "malformed basic": {"headers": {"Authorization": "Basic ???"}},
    "malformed token": {"headers": {"Authorization": "Bearer a.b.c"}},
    "foreign scheme": {"headers": {"Authorization": "Digest x"}},
    "bad cookie": {"headers": {"Cookie": "internal_auth_session=x"}},
}


@pytest.mark.parametrize("case", BAD_CREDENTIALS)
def test_bad_credentials_are_401(api, case):
    arguments = dict(BAD_CREDENTIALS[case])
    if arguments.get("auth", ("",))[0] == "KEY":
        arguments["auth"] = (api.key, "wrong")
    answer = requests.get(api.base + "/user", timeout=10, **arguments)
    assert (answer.status_code, answer.json()) == (401, {"message": "error authenticating request"})


def test_a_login_gives_a_token_and_a_cookie(api):
    answer = api.request(
        "POST", "/auth/login", auth=None, json={"access_key_id": api.key, "secret_access_key": api.secret})
    assert answer.status_code == 200
    token = answer.json()["token"]
    assert answer.json()["token_expiration"] > 0
    me = api.request("GET", "/user").json()
    for headers in ({"Authorization": f"Bearer {token}"}, {"Authorization": f"bearer {token}"},
                    {"Cookie": f"a=b; internal_auth_session={token}"}):
        seen = requests.get(api.base + "/user", headers=headers, timeout=10)
        assert (seen.status_code, seen.json()) == (200, me)
    assert answer.cookies["internal_auth_session"] == token
    assert "HttpOnly" in answer.headers["Set-Cookie"] and "SameSite=Strict" in answer.headers["Set-Cookie"]
    assert api.client_with_token(token).version


@pytest.mark.parametrize("body,status", [
    ({"access_key_id": "AKIANOBODY", "secret_access_key": "x"}, 401), ({"access_key_id": "x"}, 400), ({}, 400)])
def test_a_bad_login(api, body, status):
    assert api.request("POST", "/auth/login", auth=None, json=body).status_code == status


def test_a_second_set_up_is_refused(api):
    state = api.request("GET", "/setup_lakefs", auth=None).json()
    assert state["state"] == "initialized"
    assert state["login_config"]["login_cookie_names"] == ["internal_auth_session"]
    answer = api.request("POST", "/setup_lakefs", auth=None, json={"username": "me"}, headers={"X-Tarn-Setup-Token": "x"})
    assert answer.status_code in (401, 409)
    assert api.request("POST", "/setup_lakefs", auth=None, json={"username": ""}).status_code == 400


def test_configuration(api):
    configuration = api.sdk.config_api.get_config()
    assert configuration.storage_config.blockstore_type in ("local", "s3")
    assert configuration.version_config.version
    assert api.request("GET", "/config/garbage-collection").json() == {"grace_period": 86400}
    assert api.sdk.auth_api.get_current_user().user.id
    assert api.request("GET", "/auth/capabilities", auth=None).status_code == 200
    events = {"events": [{"class": "a", "name": "b", "count": 1}]}
    assert api.request("POST", "/statistics", json=events).status_code == 204
    events["events"][0]["count"] = -1
    assert api.request("POST", "/statistics", json=events).status_code == 400
