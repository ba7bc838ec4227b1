"""Previews: each kind is shown as what it is, and whatever an object holds, nothing of it is run."""

import base64
import io
import json
import random
import struct
import zlib
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import check_page
from playwright.sync_api import expect

# What a page of somebody else's would try; each attempt ends in a dialog, a request or a changed title.
ATTACK = "alert(1);document.title='pwned';fetch('/pwned')"


def png(width, height):
    """A picture of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\x10\x80\x80" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def parquet(table, **options):
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


@pytest.fixture
def show(page, repository):
    """Uploads an object and opens its page; answers the region of its content."""
    def open_it(name, data, content_type="application/octet-stream"):
        data = data if isinstance(data, bytes) else data.encode()
        repository.branch("main").object(name).upload(data=data, content_type=content_type)
        page.goto(f"/repositories/{repository.id}/objects/view?path={quote(name)}")
        return page.get_by_role("region", name="Content")

    return open_it


def test_text_has_line_numbers(show, page):
    content = show("notes.txt", "first\nsecond <b>third</b>\n")
    expect(content.get_by_role("region", name="Text")).to_contain_text("second <b>third</b>")
    expect(content.locator(".preview-numbers")).to_have_text("1\n2")
    check_page(page, "preview-text")


def test_code_is_marked(show, page):
    content = show("job.py", 'def run(x: int) -> str:\n    """Tells."""\n    return "a" + str(x)  # told\n')
    expect(content.locator(".mark-keyword").first).to_have_text("def")
    expect(content.locator(".mark-comment")).to_have_text("# told")
    check_page(page, "preview-code")


def test_the_begin_of_long_text_is_shown(show):
    line = "0123456789abcdef äöü\n"
    content = show("long.log", line * 60_000)
    expect(content.get_by_role("note").first).to_be_visible()
    expect(content.get_by_text("This is the begin of the object")).to_be_visible()
    assert len(content.inner_text()) < 600_000


def test_utf16_is_text_and_other_bytes_are_not(show, page):
    expect(show("utf16.txt", "tarn: a lake".encode("utf-16")).get_by_text("tarn: a lake")).to_be_visible()
    content = show("some.bin", bytes(range(256)) * 4)
    expect(content.get_by_label("First bytes")).to_contain_text("00000010  10 11 12")
    check_page(page, "preview-binary")
    expect(show("empty.txt", b"")).to_contain_text("The object is empty")


def test_rows_of_csv(show, page):
    content = show("people.csv", 'id,name,note\n1,"Lovelace, Ada","said ""yes"""\n2,Grace,"two\nlines"\n', "text/csv")
    rows = content.get_by_role("region", name="Rows").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1).get_by_role("cell")).to_have_text(["1", "1", "Lovelace, Ada", 'said "yes"'])
    expect(content).to_contain_text("2 rows, 3 columns")
    check_page(page, "preview-csv")
    rows = show("wide.tsv", "a\tb\n1\t2\n").get_by_role("row")
    expect(rows.nth(1).get_by_role("cell")).to_have_text(["1", "1", "2"])


def test_json_is_a_tree(show, page):
    content = show("tree.json", json.dumps({"name": "tarn", "__proto__": {"x": 1}, "deep": {"list": list(range(250))}, "none": None}))
    expect(content.get_by_text('"tarn"')).to_be_visible()
    check_page(page, "preview-json")
    content.get_by_text("{ 1 }").last.click()
    content.get_by_text("[ 250 ]").click()
    expect(content.get_by_role("button", name="150 more")).to_be_visible()
    content.get_by_role("button", name="150 more").click()
    expect(content.get_by_text("249", exact=True).last).to_be_visible()
    content = show("events.jsonl", '{"a": 1}\n{"a": 2}\n')
    expect(content.get_by_text("{ 1 }")).to_have_count(2)
    expect(show("broken.json", '{"a": ')).to_contain_text('{"a":')
    # Nested deeper than any stack.
    expect(show("deep.json", "[" * 200_000)).to_contain_text("[[[[")


def test_markdown_is_laid_out(show, page):
    content = show("guide.md", "# Guide\n\nSome *soft* & **loud** words, [a link](https://example.com/a?b=1&c=2), `x < y`.\n\n"
                   "- one\n- [x] two\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\ndef f(): pass\n```\n\n> said\n")
    expect(content.get_by_role("heading", name="Guide")).to_be_visible()
    expect(content.get_by_role("link", name="a link")).to_have_attribute("href", "https://example.com/a?b=1&c=2")
    expect(content.get_by_text("x < y")).to_be_visible()
    expect(content.locator(".mark-keyword").first).to_have_text("def")
    check_page(page, "preview-markdown")


def test_pictures(show, page):
    content = show("picture.png", png(40, 30), "image/png")
    expect(content.get_by_text("40 × 30 pixels")).to_be_visible()
    check_page(page, "preview-picture")
    expect(show("broken.png", b"no picture")).to_contain_text("no picture that the browser can show")


def test_a_notebook(show, page):
    notebook = {"nbformat": 4, "metadata": {"language_info": {"name": "python"}}, "cells": [
        {"cell_type": "markdown", "source": ["# Study\n", "of *lakes*"]},
        {"cell_type": "code", "execution_count": 3, "source": "import tarn", "outputs": [
            {"output_type": "stream", "text": ["one\n", "two\n"]},
            {"output_type": "display_data", "data": {"image/png": base64.b64encode(png(5, 5)).decode(), "text/plain": "a plot"}},
            {"output_type": "execute_result", "data": {"text/html": f"<script>{ATTACK}</script>", "text/plain": "plain result"}},
            {"output_type": "execute_result", "data": {"application/javascript": ATTACK}},
            {"output_type": "error", "traceback": ["\x1b[31mValueError\x1b[0m: no"]}]},
        {"cell_type": "code", "source": 7, "outputs": "none"}, None]}
    content = show("study.ipynb", json.dumps(notebook))
    expect(content.get_by_role("heading", name="Study")).to_be_visible()
    expect(content.get_by_text("In [3]")).to_be_visible()
    expect(content.get_by_role("img", name="a plot")).to_be_visible()
    expect(content.get_by_text("plain result")).to_be_visible()
    expect(content.get_by_text("ValueError: no")).to_be_visible()
    expect(content.get_by_text("application/javascript, which is not shown")).to_be_visible()
    check_page(page, "preview-notebook")
    expect(show("broken.ipynb", '{"cells": 7}')).to_contain_text('"cells"')


def test_parquet_shows_schema_and_first_rows_by_ranges(show, page, repository):
    chance = random.Random(4)
    count = 300_000
    data = parquet(pa.table({
        "id": pa.array(range(count)), "value": pa.array([chance.random() for _ in range(count)]),
        "name": pa.array([None if number == 1 else f"<b>n{number}</b>" for number in range(count)]),
        "tags": pa.array([["x", str(number)] for number in range(count)]),
    }), compression="zstd")
    assert len(data) > 2_500_000
    fetched = []
    page.on("response", lambda answer: fetched.append(answer) if "/objects?" in answer.url else None)
    content = show("table.parquet", data)
    rows = content.get_by_role("region", name="First rows").get_by_role("row")
    expect(rows).to_have_count(101)
    expect(rows.nth(0).get_by_role("columnheader")).to_have_text(["Row", "idint64", "valuedouble", "namestring", "tagslist<string>"])
    expect(rows.nth(2).get_by_role("cell").nth(3)).to_have_text("null")
    expect(rows.nth(3).get_by_role("cell").nth(3)).to_have_text("<b>n2</b>")
    expect(rows.nth(3).get_by_role("cell").nth(4)).to_have_text('["x", "2"]')
    expect(content).to_contain_text("300,000 rows, 4 columns")
    expect(content).to_contain_text("compression zstd")
    assert {answer.status for answer in fetched} == {206}
    assert sum(int(answer.headers["content-length"]) for answer in fetched) < len(data)
    check_page(page, "preview-parquet")
    content.get_by_role("tab", name="Rows").press("ArrowRight")
    expect(content.get_by_role("region", name="Schema").get_by_role("row", name="value")).to_contain_text("double")
    check_page(page, "preview-parquet-schema")
    expect(show("broken.parquet", data[:50_000]).get_by_role("alert")).to_contain_text("no Parquet file")
    expect(show("lying.parquet", data[-40_000:]).get_by_role("alert")).to_be_visible()


HOSTILE = {
    "page.md": f"<script>{ATTACK}</script>\n\n<img src=x onerror=\"{ATTACK}\">\n\n[click](javascript:{ATTACK})\n\n"
               f"![p](javascript:{ATTACK})\n\n[c][d]\n\n[d]: JaVaScRiPt:{ATTACK}\n\n<a href=\"data:text/html,x\">x</a>\n",
    "page.html": f"<html><body onload=\"{ATTACK}\"><script>{ATTACK}</script><iframe src='/repositories'></iframe></body></html>",
    "page.svg": f"<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10' onload=\"{ATTACK}\"><script>{ATTACK}</script></svg>",
    "page.txt": f"</code></pre><script>{ATTACK}</script>",
    "page.json": json.dumps({f"<script>{ATTACK}</script>": f"</script><img src=x onerror={ATTACK}>"}),
    "page.csv": f"<script>{ATTACK}</script>,b\n=cmd|' /C calc'!A0,<img src=x onerror={ATTACK}>\n",
    "page.xml": f"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>{ATTACK}</x:script>",
}
TYPES = {"html": "text/html", "svg": "image/svg+xml", "xml": "application/xml"}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_of_an_object_is_run(show, page, repository, name):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    content_type = TYPES.get(name.split(".")[1], "text/plain")
    content = show(name, HOSTILE[name], content_type)
    if name.endswith(".svg"):
        expect(content.get_by_text("10 × 10 pixels")).to_be_visible()
    else:
        expect(content).to_contain_text("pwned")
    for link in content.get_by_role("link").all():
        assert link.get_attribute("href").startswith("https://")
    assert content.locator("script, iframe, object, embed").count() == 0
    check_page(page, f"preview-hostile-{name.replace('.', '-')}")
    # Nor where a browser is led to the object itself; its policy is told of in the console.
    page.watched.allowed += ["Content Security Policy", "sandboxed", "Blocked script execution"]
    address = f"/api/v1/repositories/{repository.id}/refs/main/objects?path={name}"
    page.evaluate("address => { location.href = address }", address)
    page.wait_for_timeout(300)
    assert not any("pwned" in url and "path=" not in url for url in asked), asked
    assert page.title() != "pwned"
