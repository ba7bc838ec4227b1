"""Passwords, sessions and their end, over several seconds as caches may be that old."""

import time

import pytest
import requests

from conftest import fresh_name


@pytest.fixture
def user(api):
    """A user of the test's own."""
    name = fresh_name("user")
    assert api.request("POST", "/auth/users", json={"id": name}).status_code == 201
    yield name
    api.request("DELETE", f"/auth/users/{name}")


def set_password(api, user, password):
    return api.request("PUT", f"/auth/users/{user}/password", json={"password": password}).status_code


def log_in(api, user, password):
    return requests.post(
        api.base + "/auth/login/password", json={"username": user, "password": password}, timeout=30)


def who(api, token):
    answer = api.request("GET", "/user", auth=None, headers={"Authorization": f"Bearer {token}"})
    return answer.json()["user"]["id"] if answer.status_code == 200 else answer.status_code


def test_a_password_logs_in_and_can_be_replaced_and_taken_away(api, user):
    assert log_in(api, user, "correct horse battery").status_code == 401
    assert set_password(api, user, "correct horse battery") == 204
    login = log_in(api, user, "correct horse battery")
    assert login.status_code == 200 and who(api, login.json()["token"]) == user
    assert abs(login.json()["token_expiration"] - time.time() - 7 * 86400) < 60
    wrong = log_in(api, user, "wrong horse battery")
    unknown = log_in(api, fresh_name("nobody"), "correct horse battery")
    assert wrong.status_code == unknown.status_code == 401 and wrong.json() == unknown.json()
    assert set_password(api, user, "another horse battery") == 204
    assert log_in(api, user, "correct horse battery").status_code == 401
    time.sleep(5.5)
    assert who(api, login.json()["token"]) == 401
    assert api.request("DELETE", f"/auth/users/{user}/password").status_code == 204
    assert api.request("DELETE", f"/auth/users/{user}/password").status_code == 404
    assert log_in(api, user, "another horse battery").status_code == 401


@pytest.mark.parametrize("password", ["", "short", "x" * 300, "aaaaaaaaaaaa", "new\nline and more"])
def test_a_password_that_breaks_the_rules_is_refused(api, user, password):
    answer = api.request("PUT", f"/auth/users/{user}/password", json={"password": password})
    assert answer.status_code == 400
    assert not password or password not in answer.text


def test_guessing_is_slowed_down(api, user):
    assert set_password(api, user, "correct horse battery") == 204
    statuses = [log_in(api, user, f"wrong password {number}").status_code for number in range(12)]
    assert statuses[:10] == [401] * 10 and 429 in statuses[10:]
    assert log_in(api, user, "correct horse battery").status_code == 429


def test_a_log_out_ends_the_session_and_no_other(api, user):
    assert set_password(api, user, "correct horse battery") == 204
    one, other = (log_in(api, user, "correct horse battery").json()["token"] for _ in range(2))
    browser = requests.Session()
    browser.cookies.set("internal_auth_session", one)
    assert browser.get(api.base + "/user", timeout=30).json()["user"]["id"] == user
    answer = browser.post(api.base + "/auth/logout", timeout=30)
    assert answer.status_code == 204
    assert "internal_auth_session=; " in answer.headers["Set-Cookie"] and "Max-Age=0" in answer.headers["Set-Cookie"]
    time.sleep(5.5)
    assert who(api, one) == 401
    assert who(api, other) == user


def test_a_session_ends_with_the_key_it_began_with(api, user):
    key = api.request("POST", f"/auth/users/{user}/credentials").json()
    pair = {name: key[name] for name in ("access_key_id", "secret_access_key")}
    token = requests.post(api.base + "/auth/login", json=pair, timeout=30).json()["token"]
    assert who(api, token) == user
    assert api.request("DELETE", f"/auth/users/{user}/credentials/{key['access_key_id']}").status_code == 204
    time.sleep(5.5)
    assert who(api, token) == 401


def test_a_session_is_not_that_of_the_next_user_of_the_name(api, user):
    assert set_password(api, user, "correct horse battery") == 204
    token = log_in(api, user, "correct horse battery").json()["token"]
    assert api.request("DELETE", f"/auth/users/{user}").status_code == 204
    assert api.request("POST", "/auth/users", json={"id": user}).status_code == 201
    time.sleep(5.5)
    assert who(api, token) == 401


def test_pages_of_other_sites_change_nothing_by_the_cookie(api, user):
    me = api.request("GET", "/user").json()["user"]["id"]
    pair = {"access_key_id": api.key, "secret_access_key": api.secret}
    browser = requests.Session()
    assert browser.post(api.base + "/auth/login", json=pair, timeout=30).status_code == 200
    path = f"{api.base}/auth/users/{user}"
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert browser.delete(path, headers=headers, timeout=30).status_code == 403
        assert browser.get(api.base + "/user", headers=headers, timeout=30).json()["user"]["id"] == me
    assert browser.delete(path, headers={"Origin": api.endpoint}, timeout=30).status_code == 204
