"""Logging in with an OpenID provider, by a browser's steps against real services, and a provider that breaks every rule on purpose."""

import base64
import hashlib
import hmac
import json
import time
import urllib.parse
import uuid

import installation
import pytest
import requests
from oidc_provider import P256, RSA, Provider, jwt, text

from conftest import ENDPOINT

BASE = ENDPOINT + "/api/v1"
CALLBACK = BASE + "/oidc/callback"
SESSION, KEPT = "internal_auth_session", "tarn_oidc_login"


def restart(**variables):
    """Auth begins anew with these variables, and the API has found it again."""
    installation.restart("auth", **variables)
    end = time.monotonic() + 20
    while requests.get(BASE + "/setup_lakefs", timeout=30).status_code != 200:
        assert time.monotonic() < end
        time.sleep(0.05)


def configure(provider, **variables):
    restart(**{
        "TARN_OIDC_ISSUER": provider.issuer, "TARN_OIDC_CLIENT_ID": provider.client,
        "TARN_OIDC_CLIENT_SECRET": provider.secret, "TARN_OIDC_LABEL": "the tests' provider",
        "TARN_OIDC_GROUPS_CLAIM": "groups", "TARN_OIDC_GROUPS": "cn=readers,dc=lake=Viewers; writers=Developers",
        "TARN_OIDC_DEFAULT_GROUPS": "SuperUsers", "TARN_AUTH_MISS_BURST": "100000",
        "TARN_OIDC_USER_CLAIM": "preferred_username", **variables})


@pytest.fixture(scope="module")
def started():
    provider = Provider()
    configure(provider)
    yield provider
    restart()
    provider.close()


@pytest.fixture
def provider(started):
    """A person of the test's own, whom the provider knows."""
    started.reset()
    name = f"person-{uuid.uuid4().hex[:12]}"
    started.person |= {"sub": uuid.uuid4().hex, "preferred_username": name}
    yield started
    started.reset()


class Browser:
    """What a browser does of it: follows one redirect at a time, and keeps cookies."""

    def __init__(self, base=BASE):
        self.base, self.cookies = base, {}

    def get(self, url):
        cookies = {name: value for name, value in self.cookies.items() if url.startswith("http://127.0.0.1") and "/realm/" not in url}
        answer = requests.get(url, allow_redirects=False, timeout=30, headers={
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {})
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        for line in answer.raw.headers.getlist("Set-Cookie"):
            if "Max-Age=0" in line:
                self.cookies.pop(line.split("=")[0], None)
        return answer

    def begin(self, following="/repositories"):
        """Up to where the provider sends the browser back to."""
        answer = self.get(f"{self.base}/oidc/login?next={urllib.parse.quote(following, safe='')}")
        assert answer.status_code == 302, answer.text
        return self.get(answer.headers["Location"]).headers["Location"]

    def log_in(self, following="/repositories"):
        return self.get(self.begin(following))

    def who(self):
        return requests.get(
            self.base + "/user", headers={"Cookie": f"{SESSION}={self.cookies.get(SESSION, '')}"}, timeout=30)


def failure(answer):
    assert answer.status_code == 302 and SESSION not in answer.cookies, answer.headers
    place = urllib.parse.urlsplit(answer.headers["Location"])
    assert place.path == "/login" and not place.netloc
    query = urllib.parse.parse_qs(place.query)
    assert list(query) == ["error"]
    return query["error"][0]


def groups(api, user):
    return {row["id"] for row in api.request("GET", f"/auth/users/{user}/groups").json()["results"]}


def audited(api, error, **filters):
    """The log-in of which the audit log tells this failure, once it is there; the last one of those that succeeded for none."""
    end = time.monotonic() + 20
    while True:
        answer = api.request("GET", "/audit", params={"operation": "oauthCallback", **filters})
        assert answer.status_code == 200, answer.text
        for row in answer.json()["results"]:
            if row.get("error") == error:
                return row
        assert time.monotonic() < end, answer.json()["results"][:5]
        time.sleep(0.2)


def test_the_installation_tells_that_there_is_a_provider(api, provider):
    config = requests.get(BASE + "/setup_lakefs", timeout=30).json()["login_config"]
    assert config["login_url"] == "/api/v1/oidc/login" and config["login_url_method"] == "select"
    assert config["tarn"]["provider"] == "the tests' provider"
    assert provider.secret not in json.dumps(config)


def test_a_person_logs_in_and_is_a_user_from_then_on(api, provider):
    browser, name = Browser(), provider.person["preferred_username"]
    provider.person["groups"] = ["cn=readers,dc=lake", "unheard of"]
    answer = browser.log_in("/repositories/lake/objects?path=a%2Fb")
    assert answer.status_code == 302 and answer.headers["Location"] == "/repositories/lake/objects?path=a%2Fb"
    assert browser.who().json()["user"] == {
        "id": name, "friendly_name": "Ada Lovelace", "email": "ada@example.com",
        "creation_date": browser.who().json()["user"]["creation_date"]}
    assert groups(api, name) == {"SuperUsers", "Viewers"}
    assert KEPT not in browser.cookies
    # The next time it is the same user, and groups are what the provider says; those it does not speak of stay.
    provider.person |= {"name": "Ada King", "groups": "writers"}
    assert Browser().log_in().headers["Location"] == "/repositories"
    assert groups(api, name) == {"SuperUsers", "Developers"}
    assert browser.who().json()["user"]["friendly_name"] == "Ada King"
    listed = api.request("GET", f"/auth/users/{name}/external/principals/ls").json()["results"]
    assert [row["id"] for row in listed] == [f"{provider.issuer}#{provider.person['sub']}"]


def test_the_cookies_are_as_narrow_as_they_can_be(provider):
    begun = requests.get(BASE + "/oidc/login", allow_redirects=False, timeout=30)
    flags = begun.headers["Set-Cookie"].split("; ")
    assert flags[0].startswith(KEPT + "=")
    assert set(flags[1:]) == {"Path=/api/v1/oidc", "HttpOnly", "SameSite=Lax", "Max-Age=600"}
    assert begun.headers["Cache-Control"] == "no-store"
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(begun.headers["Location"]).query)
    assert asked["redirect_uri"] == [CALLBACK] and asked["scope"] == ["openid profile email"]
    # What the browser keeps tells it nothing.
    kept = flags[0].split("=", 1)[1]
    opened = base64.urlsafe_b64decode(kept.split(".")[1] + "==")
    for secret in (asked["state"][0], asked["nonce"][0]):
        assert secret.encode() not in opened and secret not in kept
    browser = Browser()
    answer = browser.log_in()
    cookies = answer.raw.headers.getlist("Set-Cookie")
    session = next(line for line in cookies if line.startswith(SESSION))
    assert set(session.split("; ")[1:3]) == {"Path=/", "HttpOnly"} and "SameSite=Strict" in session
    assert any(line.startswith(KEPT + "=;") and "Max-Age=0" in line for line in cookies)
    assert provider.secret not in str(answer.headers) + str(begun.headers)


def test_it_may_begin_at_one_api_and_end_at_another(provider):
    process, other = installation.another("api")
    try:
        browser = Browser()
        back = browser.begin()
        answer = browser.get(back.replace(ENDPOINT, other))
        assert answer.headers["Location"] == "/repositories", answer.headers
        browser.base = other + "/api/v1"
        assert browser.who().status_code == 200
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize("following", ["//evil.example/", "/\\evil.example", "https://evil.example/", "evil", "/a\r\nb", "/é", "/" + "a" * 1024])
def test_the_way_on_never_leads_elsewhere(provider, following):
    answer = requests.get(BASE + "/oidc/login", params={"next": following}, allow_redirects=False, timeout=30)
    assert answer.status_code == 400 and "Location" not in answer.headers and "Set-Cookie" not in answer.headers


def test_an_answer_belongs_to_the_browser_that_asked(provider):
    mine, other = Browser(), Browser()
    back = mine.begin()
    # Somebody else is made to open it, with a log-in of their own under way and without.
    assert failure(other.get(back)) == "oidc_state"
    other.begin()
    assert failure(other.get(back)) == "oidc_state"
    changed = Browser()
    back = changed.begin()
    kept = changed.cookies[KEPT]
    for wrong in (kept[:-1] + ("A" if kept[-1] != "A" else "B"), "x" + kept, kept.split(".")[0], "a.b", "." * 50, kept * 3):
        changed.cookies[KEPT] = wrong
        assert failure(changed.get(back)) == "oidc_state"
        assert KEPT not in changed.cookies
    changed.cookies[KEPT] = kept
    assert failure(changed.get(back.replace("state=", "state=x"))) == "oidc_state"
    assert provider.count("/token") == 0, "no code goes to the provider for an answer that is nobody's"
    changed.cookies[KEPT] = kept
    assert changed.get(back).headers["Location"] == "/repositories"


def test_a_code_is_good_once(provider):
    browser = Browser()
    back = browser.begin()
    kept = browser.cookies[KEPT]
    assert browser.get(back).headers["Location"] == "/repositories"
    again = Browser()
    again.cookies[KEPT] = kept
    assert failure(again.get(back)) == "oidc_refused"


def test_the_verifier_is_that_of_the_challenge(provider):
    """A code stolen from one log-in is worth nothing in another."""
    thief, victim = Browser(), Browser()
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(victim.begin()).query)["code"][0]
    own = urllib.parse.parse_qs(urllib.parse.urlsplit(thief.begin()).query)
    stolen = f"{CALLBACK}?{urllib.parse.urlencode({'state': own['state'][0], 'code': code})}"
    kept = thief.cookies[KEPT]
    assert failure(thief.get(stolen)) == "oidc_refused"
    # Even where the provider does not look at it, the token says that it is another log-in's.
    provider.takes_any_verifier = True
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(victim.begin()).query)["code"][0]
    thief.cookies[KEPT] = kept
    assert failure(thief.get(f"{CALLBACK}?{urllib.parse.urlencode({'state': own['state'][0], 'code': code})}")) == "oidc_token"


def public_key_as_secret(provider, claims):
    header = {"alg": "HS256", "kid": provider.keys[0].name}
    signed = ".".join(text(json.dumps(part).encode()) for part in (header, claims))
    public = base64.urlsafe_b64decode(provider.keys[0].public()["n"] + "==")
    return signed + "." + text(hmac.new(public, signed.encode(), hashlib.sha256).digest())


FORGED = {
    "alg none": lambda provider, claims: jwt(claims, provider.keys[0], "none", signature=lambda _: b""),
    "alg None": lambda provider, claims: jwt(claims, provider.keys[0], "None", signature=lambda _: b""),
    "no signature": lambda provider, claims: jwt(claims, provider.keys[0], signature=lambda _: b""),
    "HS256 with the public key": public_key_as_secret,
    "RS512": lambda provider, claims: jwt(claims, provider.keys[0], "RS512"),
    "ES256 with an RSA key": lambda provider, claims: jwt(claims, provider.keys[0], "ES256"),
    "a stranger's key of the same name": lambda provider, claims: jwt(claims, STRANGER),
    "a key that is not told": lambda provider, claims: jwt(claims, STRANGER, kid="untold"),
    "other claims under the signature": lambda provider, claims: tampered(jwt(claims, provider.keys[0])),
    "not a token": lambda provider, claims: "nothing",
    "an empty token": lambda provider, claims: "",
    "no object": lambda provider, claims: jwt(["iss"], provider.keys[0]),
}
STRANGER = RSA("first")


def tampered(token):
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    return ".".join([head, text(json.dumps(claims | {"preferred_username": "root"}).encode()), signature])


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_token_logs_nobody_in(provider, forgery):
    provider.token = lambda claims: FORGED[forgery](provider, claims)
    assert failure(Browser().log_in()) == "oidc_token"


WRONG = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "another"},
    "many audiences and no party": {"aud": ["tarn-tests", "another"]},
    "another party": {"azp": "another"},
    "over": {"exp": 1_700_000_000},
    "no end": {"exp": None},
    "an end that is no number": {"exp": "never"},
    "from the future": {"iat": 4_000_000_000},
    "not yet": {"nbf": 4_000_000_000},
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "nobody": {"sub": ""},
    "a number": {"sub": 7},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_for_something_else_logs_nobody_in(provider, what):
    provider.claims = lambda claims: {name: value for name, value in (claims | WRONG[what]).items() if value is not None}
    assert failure(Browser().log_in()) == "oidc_token"


def test_both_kinds_of_keys_and_other_audiences_do(provider):
    keys = provider.keys
    try:
        time.sleep(5.1)
        provider.keys = [P256("curve")] + keys
        assert Browser().log_in().headers["Location"] == "/repositories"
        provider.claims = lambda claims: claims | {"aud": ["another", provider.client], "azp": provider.client}
        assert Browser().log_in().headers["Location"] == "/repositories"
    finally:
        provider.keys = keys


def test_keys_are_kept_and_read_again_when_they_change(provider):
    keys = provider.keys
    time.sleep(5.1)
    try:
        assert Browser().log_in().headers["Location"] == "/repositories"
        before = provider.count("/keys")
        provider.keys = [RSA("second")]
        assert Browser().log_in().headers["Location"] == "/repositories", "the provider changed its keys"
        assert provider.count("/keys") == before + 1
        for _ in range(5):
            assert Browser().log_in().headers["Location"] == "/repositories"
        assert provider.count("/keys") == before + 1
        # A key that is never told does not make auth ask again and again.
        provider.token = lambda claims: jwt(claims, STRANGER, kid="untold")
        for _ in range(10):
            assert failure(Browser().log_in()) == "oidc_token"
        assert provider.count("/keys") <= before + 2
        assert provider.count("/.well-known/openid-configuration") == 0, "the document is kept"
    finally:
        provider.keys = keys
        time.sleep(5.1)


def slow(handler):
    time.sleep(12)
    handler.answer(200, {})


def endless(handler):
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    for _ in range(10_000):
        handler.wfile.write(b" " * 65_536)


# What a provider may do instead of giving a token.
BROKEN = {
    "slow": slow,
    "endless": endless,
    "an error": lambda handler: handler.answer(500, {"error": "server_error"}),
    "no JSON": lambda handler: handler.answer(200, b"<html>"),
    "a redirect": lambda handler: handler.answer(302, Location="http://127.0.0.1:1/"),
    "gone": lambda handler: handler.close_connection or handler.connection.close(),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_provider_that_is_broken_is_told_and_nothing_hangs(provider, what):
    provider.instead["/token"] = BROKEN[what]
    browser = Browser()
    back = browser.begin()
    began = time.monotonic()
    assert failure(browser.get(back)) in ("oidc_unavailable", "oidc_refused")
    assert time.monotonic() - began < 11


def test_what_the_provider_says_no_to_is_told(api, provider):
    provider.refusal = "access_denied"
    assert failure(Browser().log_in()) == "oidc_denied"
    provider.refusal = "server_error<script>"
    assert failure(Browser().log_in()) == "oidc_refused"
    assert audited(api, "oidc_refused: the provider says server_error")["result"] == "refused"


def test_nobody_takes_another_users_name(api, provider):
    provider.person["preferred_username"] = api.request("GET", "/user").json()["user"]["id"]
    assert failure(Browser().log_in()) == "oidc_user"
    for name in ("..", "a/b", "a%2Fb", "x" * 256, "new\nline"):
        provider.person["preferred_username"] = name
        assert failure(Browser().log_in()) == "oidc_user"
    del provider.person["preferred_username"]
    assert failure(Browser().log_in()) == "oidc_user"


def test_a_session_ends_with_the_log_out_the_tie_and_the_user(api, provider):
    name = provider.person["preferred_username"]
    out, tied, deleted = Browser(), Browser(), Browser()
    out.log_in(), tied.log_in()
    answer = requests.post(BASE + "/auth/logout", headers={"Cookie": f"{SESSION}={out.cookies[SESSION]}"}, timeout=30)
    assert answer.status_code == 204
    time.sleep(5.5)
    assert (out.who().status_code, tied.who().status_code) == (401, 200)
    identity = f"{provider.issuer}#{provider.person['sub']}"
    untied = api.request(
        "DELETE", f"/auth/users/{name}/external/principals", params={"principalId": identity})
    assert untied.status_code == 204, untied.text
    time.sleep(5.5)
    assert tied.who().status_code == 401
    assert failure(Browser().log_in()) == "oidc_user", "the name is taken by a user who is not tied any more"
    tie = {"params": {"principalId": identity}, "json": {}}
    assert api.request("POST", f"/auth/users/{name}/external/principals", **tie).status_code == 201
    deleted.log_in()
    assert deleted.who().status_code == 200
    assert api.request("DELETE", f"/auth/users/{name}").status_code == 204
    time.sleep(5.5)
    assert deleted.who().status_code == 401


def test_log_ins_are_in_the_audit_log_and_secrets_nowhere(api, provider):
    name = provider.person["preferred_username"]
    browser = Browser()
    back = browser.begin()
    browser.get(back)
    row = audited(api, None, user=name)
    assert (row["status"], row["result"], row["user"], row["target"]) == (302, "ok", name, "/oidc/callback")
    assert row["client_address"] == "127.0.0.1"
    provider.claims = lambda claims: claims | {"nonce": "another"}
    failure(Browser().log_in())
    row = audited(api, "oidc_token: the token belongs to another log-in")
    assert (row["status"], row["result"]) == (401, "refused") and "user" not in row
    time.sleep(1)
    told = json.dumps(api.request("GET", "/audit", params={"amount": 100}).json())
    logs = "".join(path.read_text() for path in (installation.HOME / "logs").glob("*.log"))
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["code"][0]
    for secret in (provider.secret, urllib.parse.quote(provider.secret, safe=""), code, browser.cookies[SESSION]):
        assert secret not in told and secret not in logs


def test_only_those_who_are_known_where_that_is_wanted(api, provider):
    """Users are not made, and one of the name becomes the person at the first log-in."""
    try:
        configure(provider, TARN_OIDC_CREATE_USERS="false", TARN_OIDC_LINK_USERS="true", TARN_OIDC_GROUPS_CLAIM="")
        name = provider.person["preferred_username"]
        provider.person["groups"] = ["writers"]
        assert failure(Browser().log_in()) == "oidc_user"
        assert api.request("POST", "/auth/users", json={"id": name}).status_code == 201
        browser = Browser()
        assert browser.log_in().headers["Location"] == "/repositories"
        assert browser.who().json()["user"]["id"] == name and groups(api, name) == set()
        # It stays this person's, whatever another calls itself.
        provider.person["sub"] = "another"
        other = Browser().log_in()
        provider.person |= {"sub": uuid.uuid4().hex}
        assert other.status_code == 302
    finally:
        configure(provider)


def test_without_a_provider_nobody_logs_in_by_one(api, provider):
    browser = Browser()
    back = browser.begin()
    try:
        restart()
        assert failure(requests.get(BASE + "/oidc/login", allow_redirects=False, timeout=30)) == "oidc_not_configured"
        assert failure(browser.get(back)) == "oidc_not_configured"
        config = requests.get(BASE + "/setup_lakefs", timeout=30).json()["login_config"]
        assert config["login_url_method"] == "none" and "tarn" not in config
    finally:
        configure(provider)


def test_while_the_provider_is_away_others_log_in(api, provider):
    try:
        configure(provider, TARN_OIDC_ISSUER="http://127.0.0.1:1/realm")
        assert failure(requests.get(BASE + "/oidc/login", allow_redirects=False, timeout=30)) == "oidc_unavailable"
        pair = {"access_key_id": api.key, "secret_access_key": api.secret}
        assert requests.post(BASE + "/auth/login", json=pair, timeout=30).status_code == 200
    finally:
        configure(provider)


def test_failures_are_counted(provider):
    try:
        configure(provider, TARN_AUTH_MISS_BURST="5", TARN_AUTH_MISSES_PER_SECOND="1")
        told = [failure(requests.get(f"{CALLBACK}?state=x&code=y", allow_redirects=False, timeout=30)) for _ in range(8)]
        assert told[:5] == ["oidc_state"] * 5 and "oidc_busy" in told[5:]
    finally:
        configure(provider)
