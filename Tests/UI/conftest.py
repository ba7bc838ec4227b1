"""What tests of the web UI use: a browser, pages that fail on whatever the console complains of, and a repository to look at."""

import os
import pathlib
import uuid

import lakefs
import pytest
from axe_playwright_python.sync_playwright import Axe
from lakefs.client import Client
from playwright.sync_api import expect, sync_playwright

ENDPOINT = os.environ.get("TARN_ENDPOINT", "http://127.0.0.1:8000").rstrip("/")
KEY, SECRET = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
CHROMIUM = os.environ.get("TARN_TEST_CHROMIUM", "/usr/bin/chromium")
SCREENSHOTS = os.environ.get("TARN_SCREENSHOTS")
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(browser):
    """What a browser keeps of a login, made by the page itself."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{ENDPOINT}/login")
    page.get_by_label("Access key").fill(KEY)
    page.get_by_label("Secret key").fill(SECRET)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Repositories").wait_for()
    state = context.storage_state()
    context.close()
    return state


class Watched:
    """A page whose console is watched. `allowed` are parts of complaints that a test expects, such as "404"."""

    def __init__(self, page):
        self.page, self.complaints, self.allowed = page, [], []
        page.on("console", lambda said: self.complaints.append(f"{said.text} ({said.location.get('url', '')})") if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def check(self):
        found = [text for text in self.complaints if not any(part in text for part in self.allowed)]
        assert not found, found


def open_page(browser, **options):
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 850}, "reduced_motion": "reduce", **options})
    page = context.new_page()
    page.base = ENDPOINT
    page.watched = Watched(page)
    return page


@pytest.fixture
def page(browser, signed_in):
    """A page of somebody who has signed in."""
    page = open_page(browser, storage_state=signed_in, base_url=ENDPOINT, permissions=["clipboard-read", "clipboard-write"])
    yield page
    page.watched.check()
    page.context.close()


@pytest.fixture
def stranger(browser):
    """A page of somebody who has not."""
    page = open_page(browser, base_url=ENDPOINT)
    # Asking who one is without having signed in is told in the console.
    page.watched.allowed.append("401")
    yield page
    page.watched.check()
    page.context.close()


@pytest.fixture(scope="session")
def client():
    return Client(host=ENDPOINT, username=KEY, password=SECRET)


@pytest.fixture
def repository(client):
    """A repository of its own, with one commit of three objects."""
    name = f"ui-{uuid.uuid4().hex[:12]}"
    prefix = client.storage_config.default_namespace_prefix
    made = lakefs.Repository(name, client=client).create(
        storage_namespace=f"{prefix}{'' if prefix.endswith('/') else '/'}{name}", default_branch="main")
    branch = made.branch("main")
    branch.object("README.md").upload(data=b"# The lake\n\nSome *text*.\n", content_type="text/markdown")
    branch.object("events/2026/one.csv").upload(data=b"id,name\n1,ada\n2,grace\n", content_type="text/csv")
    branch.object("events/2026/two.json").upload(data=b'{"id": 1, "tags": ["a", "b"]}', content_type="application/json")
    branch.commit(message="The first objects", metadata={"source": "test"})
    yield made
    made.delete()


def check_accessible(page):
    """No serious fault that axe knows of."""
    found = Axe().run(page).response["violations"]
    serious = [f"{fault['id']}: {fault['help']}: {[node['html'][:200] for node in fault['nodes'][:3]]}"
               for fault in found if fault["impact"] in ("serious", "critical")]
    assert not serious, serious


def check_page(page, name):
    """Accessible in both colours and at the width of a phone, where nothing sticks out; a picture of each where they are wanted."""
    expect(page.locator(".loading[role=status]")).to_have_count(0)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        check_accessible(page)
        if SCREENSHOTS and "hostile" not in name:
            page.screenshot(path=pathlib.Path(SCREENSHOTS) / f"{name}-{theme}.png", full_page=True, mask=[page.locator("[data-secret]")],
                            mask_color="#8a9a98")
    page.emulate_media(color_scheme="light")
    before = page.viewport_size
    page.set_viewport_size({"width": 375, "height": 700})
    wide = page.evaluate("""[...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > 375.5)
        .map((element) => element.outerHTML.slice(0, 160))""") if page.evaluate("document.documentElement.scrollWidth") > 375 else []
    assert not wide, f"the page is wider than a phone: {wide[:8]}"
    page.set_viewport_size(before)
