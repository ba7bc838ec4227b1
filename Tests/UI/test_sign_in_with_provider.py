"""Signing in with an OpenID provider, in a browser and from another site."""

import pathlib
import re
import sys
import uuid

import pytest
from conftest import ENDPOINT, check_page
from playwright.sync_api import expect

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Clients"))
import installation  # noqa: E402
from oidc_provider import Provider  # noqa: E402


@pytest.fixture(scope="module")
def provider():
    """A provider that is another site than Tarn, for cookies: `localhost` and 127.0.0.1."""
    provider = Provider(host="localhost")
    provider.asks = True
    provider.person |= {"sub": uuid.uuid4().hex, "preferred_username": f"ada-{uuid.uuid4().hex[:8]}"}
    installation.restart("auth", **{
        "TARN_OIDC_ISSUER": provider.issuer, "TARN_OIDC_CLIENT_ID": provider.client,
        "TARN_OIDC_CLIENT_SECRET": provider.secret, "TARN_OIDC_LABEL": "the lake house",
        "TARN_OIDC_USER_CLAIM": "preferred_username", "TARN_OIDC_DEFAULT_GROUPS": "Viewers"})
    yield provider
    installation.restart("auth")
    provider.close()


def test_a_provider_leads_to_where_one_wanted_to_go_and_out_again(stranger, provider, repository):
    stranger.goto(f"/repositories/{repository.id}/settings?a=b%20c")
    expect(stranger).to_have_url(re.compile(r"/login\?next="))
    link = stranger.get_by_role("link", name="Sign in with the lake house")
    expect(link).to_be_visible()
    check_page(stranger, "login-provider")
    link.click()
    expect(stranger).to_have_title("Who are you?")
    assert stranger.url.startswith(provider.issuer + "/authorize?")
    stranger.get_by_role("link", name="It is me").click()
    expect(stranger).to_have_url(f"{ENDPOINT}/repositories/{repository.id}/settings?a=b%20c")
    expect(stranger.get_by_role("heading", name="General")).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in stranger.context.cookies(ENDPOINT + "/api/v1/oidc/callback")}
    assert set(cookies) == {"internal_auth_session"}
    assert cookies["internal_auth_session"]["httpOnly"] and cookies["internal_auth_session"]["sameSite"] == "Strict"
    stranger.get_by_role("button", name="Account").click()
    stranger.get_by_role("button", name="Sign out").click()
    expect(stranger).to_have_url(re.compile("/login"))
    stranger.goto("/repositories")
    expect(stranger).to_have_url(re.compile("/login"))


@pytest.mark.parametrize("refusal, told", [("access_denied", "declined"), ("temporarily_unavailable", "refused the sign-in")])
def test_a_refusal_is_told_on_the_login_page(stranger, provider, refusal, told):
    provider.refusal = refusal
    try:
        stranger.goto("/login")
        stranger.get_by_role("link", name="Sign in with the lake house").click()
        stranger.get_by_role("link", name="It is me").click()
        expect(stranger.get_by_role("alert")).to_contain_text(told)
        expect(stranger).to_have_url(re.compile(r"/login\?error=oidc_[a-z]+$"))
        check_page(stranger, f"login-{refusal}")
    finally:
        provider.refusal = None


def test_what_is_not_a_known_failure_is_told_without_its_words(stranger, provider):
    stranger.goto("/login?error=<b>you must pay</b>")
    expect(stranger.get_by_role("alert")).to_contain_text("did not work")
    expect(stranger.get_by_text("you must pay")).to_have_count(0)
