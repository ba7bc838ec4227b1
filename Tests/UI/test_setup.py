"""The first set-up, on an installation that nobody has set up yet, and what a new user does next."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import uuid

import pytest
import requests
from conftest import check_page, open_page
from playwright.sync_api import expect

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def fresh():
    """An installation of its own, started and not set up: where it is, and its set-up token."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="tarn-setup-"))
    home.chmod(0o711)
    ports = subprocess.run([sys.executable, ROOT / "deploy/test/free_ports.py"], check=True, capture_output=True, text=True).stdout.strip()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TARN_"))}
    binaries = os.environ.get("TARN_BIN", str(ROOT / ".build-release/release"))
    environment = {**kept, "TARN_HOME": str(home), "TARN_PORT_BASE": ports, "TARN_BIN": binaries}

    def run(*command):
        subprocess.run(list(map(str, command)), check=True, env=environment, capture_output=True, timeout=120)

    local = ROOT / "deploy/local"
    try:
        run(local / "secrets.sh")
        run(local / "postgres.sh", "start")
        run(local / "processes.sh", "start")
        yield f"http://127.0.0.1:{ports}", (home / "secrets/setup-token").read_text().strip()
    finally:
        run(local / "stop.sh")
        environment["FORCE"] = "1"
        run(local / "clean.sh")
        shutil.rmtree(home, ignore_errors=True)


def test_the_administrator_is_made_and_the_keys_are_shown_once(browser, fresh):
    address, token = fresh
    page = open_page(browser, base_url=address, permissions=["clipboard-read", "clipboard-write"])
    # Who is not known yet is told so, and so is who has a wrong token.
    page.watched.allowed.append("401")
    page.goto("/repositories")
    expect(page).to_have_url(re.compile("/setup$"))
    expect(page.get_by_role("heading", name="Welcome to Tarn")).to_be_visible()
    check_page(page, "setup")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Set-up token").fill("wrong")
    page.get_by_role("button", name="Make the administrator").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Set-up token").fill(token)
    page.get_by_role("button", name="Make the administrator").click()
    key, secret = (page.get_by_test_id(name).inner_text() for name in ("access-key", "secret-key"))
    assert requests.get(f"{address}/api/v1/user", auth=(key, secret), timeout=30).json()["user"]["id"] == "ada"
    page.get_by_role("button", name="Copy").last.click()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert open(download.value.path()).read() == f"AWS_ACCESS_KEY_ID={key}\nAWS_SECRET_ACCESS_KEY={secret}\n"
    # The keys are no longer good for pictures: they are of an installation that is deleted.
    check_page(page, "setup-keys")
    # Even where the next page is slow to come.
    page.route("**/assets/login-*.js", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.get_by_role("link", name="I have kept them").click()
    page.go_back()
    expect(page).to_have_url(re.compile("/login$"))
    assert secret not in page.content()
    page.get_by_label("Access key").fill(key)
    page.get_by_label("Secret key").fill(secret)
    page.get_by_role("button", name="Sign in").click()
    # What comes next: there is nothing yet, and the page says how to begin.
    expect(page.get_by_role("heading", name="Repositories", exact=True)).to_be_visible()
    check_page(page, "repositories-empty")
    name = f"first-{uuid.uuid4().hex[:8]}"
    page.get_by_role("button", name="New repository").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_label("Add sample data").check()
    dialog.get_by_role("button", name="Create").click()
    table = page.get_by_role("table", name="Objects")
    expect(table.get_by_role("link", name="README.md")).to_be_visible()
    expect(table.get_by_role("row").nth(2)).to_be_visible()
    check_page(page, "sample-data")
    page.watched.check()
    page.context.close()
