"""The documentation page at `/docs`: its examples are run as they stand there, and a browser opens it where there is one."""

import html
import os
import re
import shutil
import subprocess

import pytest
import requests
from conftest import ENDPOINT

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def page():
    answer = requests.get(ENDPOINT + "/docs", timeout=30)
    assert answer.status_code == 200
    return answer.text


def example(page, operation):
    article = page.split(f'<article id="{operation}"')[1].split("</article>")[0]
    return html.unescape(re.search(r"<pre><code>(.*?)</code></pre>", article, re.S).group(1))


# One behind the other, they are what a person does first.
STORY = [
    "createBranch", "getBranch", "uploadObject", "listObjects", "diffBranch", "commit", "diffRefs", "mergeIntoBranch", "statObject",
    "headObject", "getObject", "createTag", "getTag", "listTags", "logCommits", "uploadObject", "resetBranch",
    "setBranchProtectionRules", "setRepositoryMetadata", "deleteTag", "deleteBranch", "getRepository", "deleteRepository"]


def test_the_examples_run_as_they_stand(page, repo, tmp_path):
    """But for the repository's name, with the readme's variables."""
    (tmp_path / "part-0.parquet").write_bytes(b"some bytes")
    for operation in STORY:
        text = example(page, operation).replace("/repositories/lake", "/repositories/" + repo).replace("curl", "curl -sS --fail-with-body", 1)
        done = subprocess.run(["bash", "-euc", text], cwd=tmp_path, capture_output=True, timeout=60)
        assert done.returncode == 0, (operation, text, done.stdout, done.stderr)
        if operation == "getObject":
            assert done.stdout == b"some bytes"


def test_every_operation_of_the_document_is_on_it(page):
    document = requests.get(ENDPOINT + "/openapi.json", timeout=30).json()
    told = {operation["operationId"] for methods in document["paths"].values() for operation in methods.values()}
    assert told == set(re.findall(r'<article id="(\w+)"', page))
    schemas = set(re.findall(r'<article id="schema-(\w+)"', page))
    assert schemas == set(document["components"]["schemas"])


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(browser, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    opened = context.new_page()
    asked, said = [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda line: said.append(line.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.goto(ENDPOINT + "/docs#uploadObject")
    # A link to an operation leads there.
    assert 0 <= opened.locator("#uploadObject").bounding_box()["y"] < 300
    # Nothing is wider than the screen.
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    ground = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground))) > 600) == (scheme == "light")
    # The search finds by permission, path and name, and lets go again.
    everything = opened.locator("article:visible").count()
    assert everything > 100
    for words, operation in [("fs:deleteobject", "deleteObjects"), ("branches hard_reset", "hardResetBranch")]:
        opened.keyboard.press("/")
        opened.fill("#search", words)
        shown = opened.locator("article:visible")
        assert 0 < shown.count() < 5 and opened.locator(f"article#{operation}").is_visible()
        assert opened.text_content("#found").endswith(" found")
    opened.fill("#search", "no such thing")
    assert opened.locator("article:visible").count() == 0
    # A link leads on, whatever was searched for.
    opened.evaluate("location.hash = '#getTag'")
    opened.wait_for_function("document.getElementById('getTag').getBoundingClientRect().y < 300")
    assert opened.locator("article:visible").count() == everything
    assert said == []
    assert all(url.startswith(ENDPOINT + "/docs") for url in asked) and len(asked) == 3
    context.close()
