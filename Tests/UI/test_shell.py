"""Signing in and out, repositories, and what holds for every page."""

import gzip
import re
import uuid

import lakefs_sdk
import requests
from conftest import ENDPOINT, KEY, SECRET, check_page
from playwright.sync_api import expect


def test_signing_in_leads_on_to_where_one_wanted_to_go(stranger, repository):
    stranger.goto(f"/repositories/{repository.id}/settings")
    expect(stranger).to_have_url(re.compile(r"/login\?next="))
    check_page(stranger, "login")
    stranger.get_by_label("Access key").fill(KEY)
    stranger.get_by_label("Secret key").fill("wrong")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("alert")).to_contain_text("wrong")
    stranger.get_by_label("Secret key").fill(SECRET)
    stranger.keyboard.press("Enter")
    expect(stranger).to_have_url(f"{ENDPOINT}/repositories/{repository.id}/settings")
    stranger.get_by_role("button", name="Account").click()
    stranger.get_by_role("button", name="Sign out").click()
    expect(stranger).to_have_url(re.compile("/login"))
    stranger.goto("/repositories")
    expect(stranger).to_have_url(re.compile("/login"))


def test_a_password_opens_the_door_too(stranger, client):
    auth = lakefs_sdk.AuthApi(client.sdk_client._api)
    name = f"ada-{uuid.uuid4().hex[:8]}"
    auth.create_user(lakefs_sdk.UserCreation(id=name))
    try:
        requests.put(f"{ENDPOINT}/api/v1/auth/users/{name}/password", json={"password": "correct horse battery"}, auth=(KEY, SECRET), timeout=30).raise_for_status()
        stranger.goto("/login")
        stranger.get_by_role("button", name="With a password").click()
        expect(stranger).to_have_url(re.compile("with=password"))
        stranger.get_by_label("User").fill(name)
        stranger.get_by_label("Password", exact=True).fill("wrong")
        stranger.get_by_role("button", name="Sign in").click()
        expect(stranger.get_by_role("alert")).to_contain_text("The user or the password is wrong")
        check_page(stranger, "login-password")
        stranger.get_by_label("Password", exact=True).fill("correct horse battery")
        stranger.get_by_role("button", name="Sign in").click()
        expect(stranger.get_by_role("button", name="Account")).to_contain_text(name)
    finally:
        auth.delete_user(name)


def test_the_way_on_never_leads_to_another_site(stranger):
    stranger.goto("/login?next=//example.com/x")
    stranger.get_by_label("Access key").fill(KEY)
    stranger.get_by_label("Secret key").fill(SECRET)
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger).to_have_url(f"{ENDPOINT}/repositories")


def test_the_set_up_is_over(stranger):
    stranger.goto("/setup")
    expect(stranger).to_have_url(re.compile("/login"))


def test_a_repository_is_made_found_and_deleted(page, client):
    name = f"made-{uuid.uuid4().hex[:10]}"
    prefix = client.storage_config.default_namespace_prefix
    prefix += "" if prefix.endswith("/") else "/"
    page.goto("/repositories")
    page.get_by_role("button", name="New repository").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("No Good")
    expect(dialog.get_by_text("3 to 63 small letters")).to_be_visible()
    expect(dialog.get_by_role("button", name="Create")).to_be_disabled()
    dialog.get_by_label("Name", exact=True).fill(name)
    expect(dialog.get_by_label("Storage namespace")).to_have_value(re.compile(f".*{name}$"))
    dialog.get_by_label("Storage namespace").fill("gs://elsewhere/x")
    expect(dialog.get_by_text("keeps its data elsewhere")).to_be_visible()
    dialog.get_by_label("Storage namespace").fill(prefix + name)
    check_page(page, "repository-new")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.goto(f"/repositories?search={name[:9]}")
    expect(page.get_by_role("link", name=name)).to_be_visible()
    check_page(page, "repositories")
    page.goto(f"/repositories/{name}/settings")
    check_page(page, "settings")
    page.get_by_role("button", name=f"Delete {name}").click()
    confirm = page.get_by_role("dialog").get_by_role("button", name="Delete for good")
    expect(confirm).to_be_disabled()
    page.get_by_label("Name of the repository").fill(name)
    confirm.click()
    expect(page).to_have_url(f"{ENDPOINT}/repositories")
    page.goto(f"/repositories?search={name}")
    expect(page.get_by_text("No repository's name begins so")).to_be_visible()


def test_a_name_that_is_taken_is_told_in_the_dialog(page, repository):
    page.watched.allowed.append("409")
    page.goto("/repositories")
    page.get_by_role("button", name="New repository").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill(repository.id)
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_back_works_and_unknown_places_say_so(page, repository):
    page.watched.allowed.append("404")
    page.goto("/repositories")
    page.get_by_label("Search repositories").fill(repository.id)
    page.get_by_role("link", name=repository.id).click()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="General")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_label("Search repositories")).to_have_value(repository.id)
    page.goto("/nowhere")
    expect(page.get_by_text("There is no such page")).to_be_visible()
    page.goto("/repositories/none-such/settings")
    expect(page.get_by_role("alert")).to_be_visible()


def test_colours_follow_a_choice(page):
    page.goto("/repositories")
    page.get_by_role("button", name="Switch to dark colours").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    expect(page.get_by_role("button", name="Switch to light colours")).to_be_visible()


def test_the_first_load_is_small_and_safe():
    answer = requests.get(f"{ENDPOINT}/", headers={"Accept": "text/html"}, timeout=30)
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert "<script>" not in answer.text and "http:" not in answer.text and "https:" not in answer.text
    size = 0
    for name in re.findall(r'/assets/[\w.-]+', answer.text):
        part = requests.get(ENDPOINT + name, timeout=30)
        assert part.headers["Cache-Control"].endswith("immutable")
        size += len(gzip.compress(part.content, 9))
    assert 0 < size <= 150 * 1024


def test_the_keyboard_reaches_what_the_mouse_does(page, repository):
    """The way from the list of repositories to a commit, without a mouse."""
    page.goto("/repositories")
    page.get_by_role("link", name=repository.id).wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.goto(f"/repositories/{repository.id}/objects")
    page.get_by_role("table", name="Objects").wait_for()
    picker = page.get_by_role("button", name="Reference: main")
    for _ in range(40):
        if picker.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(picker).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Search references")).to_be_focused()
    page.keyboard.press("Escape")
    expect(picker).to_be_focused()
    repository.branch("main").object("new").upload(data=b"x")
    page.goto(f"/repositories/{repository.id}/changes")
    commit = page.get_by_role("button", name="Commit…")
    commit.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message")).to_be_focused()
    page.keyboard.type("By keys alone")
    # The dialog keeps the focus.
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || document.querySelector('dialog').contains(document.activeElement)")
    page.get_by_role("dialog").get_by_role("button", name="Commit", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing to commit")).to_be_visible()
    assert repository.branch("main").get_commit().message == "By keys alone"
