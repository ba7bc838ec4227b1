"""Objects, by the official clients: written, read, listed, copied, deleted."""

import concurrent.futures
import hashlib
import os
import threading

import lakefs_sdk
import pytest
from lakefs.exceptions import ObjectExistsException, ObjectNotFoundException

CONTENT = bytes(range(256)) * 5


@pytest.mark.parametrize("path", [
    "plain", "a/b/c.txt", "/leading", "trailing/", "a//b", "../up", "a b+c&d=e?f#g%h", "é/漢字/🙂", "x" * 1024, ".", "~^@$"])
def test_any_path_is_a_path(api, main, path):
    main.object(path).upload(data=CONTENT)
    assert main.object(path).reader().read() == CONTENT
    assert [found.path for found in main.objects()] == [path]
    main.commit("it")
    assert main.object(path).stat().path == path
    main.object(path).delete()
    assert not main.object(path).exists()


def test_an_upload_answers_what_is_there(main):
    written = main.object("a/b.txt").upload(
        data=CONTENT, content_type="text/x-test", metadata={"Key_One": "v", "two": "a b"}, pre_sign=False)
    stat = written.stat()
    assert stat.checksum == hashlib.md5(CONTENT).hexdigest()
    assert (stat.size_bytes, stat.content_type, stat.path) == (len(CONTENT), "text/x-test", "a/b.txt")
    assert stat.metadata == {"key_one": "v", "two": "a b"}
    assert "/data/" in stat.physical_address
    main.object("a/b.txt").upload(data=b"again")
    assert main.object("a/b.txt").stat().metadata == {}


def test_the_generated_client_uploads_a_form(api, repo, objects):
    stats = objects.upload_object(repo, "main", "form", content=b"--b\r\n" + CONTENT)
    assert (stats.checksum, stats.size_bytes) == (hashlib.md5(b"--b\r\n" + CONTENT).hexdigest(), len(CONTENT) + 5)
    assert objects.get_object(repo, "main", "form") == b"--b\r\n" + CONTENT
    answer = api.request("POST", f"/repositories/{repo}/branches/main/objects?path=x", files={"other": b"x"})
    assert (answer.status_code, "content" in answer.json()["message"]) == (400, True)
    typed = api.request(
        "POST", f"/repositories/{repo}/branches/main/objects?path=typed", files={"content": ("f", b"x", "image/png")})
    assert typed.json()["content_type"] == "image/png"


@pytest.mark.parametrize("size", [0, 1, 65_536, 5 << 20, (32 << 20) + 7])
def test_sizes(main, size):
    data = os.urandom(size)
    with main.object("sized").writer() as writer:
        writer.write(data)
    assert main.object("sized").stat().size_bytes == size
    assert main.object("sized").reader().read() == data


def test_exclusive_writes_have_one_winner(api, repo, main):
    main.object("x").upload(data=b"1", mode="xb")
    with pytest.raises(ObjectExistsException):
        main.object("x").upload(data=b"2", mode="xb")
    main.commit("x")
    url = f"/repositories/{repo}/branches/main/objects"
    only_new = {"If-None-Match": "*"}
    again = api.request("POST", url, params={"path": "x"}, data=b"2", headers=only_new)
    assert (again.status_code, "path already exists" in again.json()["message"]) == (412, True)
    main.object("x").delete()
    assert api.request("POST", url, params={"path": "x"}, data=b"3", headers=only_new).status_code == 201
    assert api.request("POST", url, params={"path": "x"}, data=b"3", headers={"If-None-Match": '"x"'}).status_code == 501
    assert api.request("POST", url, params={"path": "x"}, data=b"3", headers={"If-Match": '"x"'}).status_code == 501

    start = threading.Barrier(8)

    def race(number):
        start.wait()
        return api.request("POST", url, params={"path": "race"}, data=b"%d" % number, headers=only_new).status_code

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(race, range(8))) == [201] + [412] * 7


def test_reading_by_ranges(api, repo, main):
    main.object("r").upload(data=CONTENT, content_type="text/plain")
    reader = main.object("r").reader()
    reader.seek(250)
    assert reader.read(10) == CONTENT[250:260]
    assert reader.read() == CONTENT[260:]
    assert reader.read() == b""
    with main.object("r").reader() as lines:
        assert b"".join(iter(lambda: lines.read(7), b"")) == CONTENT
    url, size = f"/repositories/{repo}/refs/main/objects", len(CONTENT)
    for header, expected, content_range in [
        ("bytes=0-0", CONTENT[:1], f"bytes 0-0/{size}"), ("bytes=-3", CONTENT[-3:], f"bytes {size-3}-{size-1}/{size}"),
        ("bytes=1270-99999", CONTENT[1270:], f"bytes 1270-{size-1}/{size}"), ("bytes=5-", CONTENT[5:], f"bytes 5-{size-1}/{size}")]:
        for method in ("GET", "HEAD"):
            answer = api.request(method, url, params={"path": "r"}, headers={"Range": header})
            assert answer.status_code == 206
            assert answer.headers["Content-Range"] == content_range
            assert answer.headers["Content-Length"] == str(len(expected))
            assert answer.content == (expected if method == "GET" else b"")
    for header, status in [(f"bytes={size}-", 416), ("bytes=-0", 416), ("bytes=5-2", 416), ("bytes=0-1,3-4", 416), ("bytes=x", 400)]:
        answer = api.request("GET", url, params={"path": "r"}, headers={"Range": header})
        assert answer.status_code == status, header
        assert answer.headers.get("Content-Range") == (f"bytes */{size}" if status == 416 else None)


def test_headers_of_a_read(api, repo, main):
    main.object("page.html").upload(data=b"<script>", content_type="text/html")
    main.object("data.bin").upload(data=b"x")
    url = f"/repositories/{repo}/refs/main/objects"
    shown = api.request("GET", url, params={"path": "page.html"})
    assert shown.headers["ETag"] == f'"{hashlib.md5(b"<script>").hexdigest()}"'
    assert shown.headers["Content-Type"] == "text/html"
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert "no-store" in shown.headers["Cache-Control"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "GMT" in shown.headers["Last-Modified"]
    saved = api.request("HEAD", url, params={"path": "data.bin"})
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert (saved.headers["Accept-Ranges"], saved.headers["Content-Length"]) == ("bytes", "1")
    same = api.request("GET", url, params={"path": "page.html"}, headers={"If-None-Match": shown.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    other = api.request("GET", url, params={"path": "page.html"}, headers={"If-None-Match": '"x"'})
    assert other.status_code == 200


def test_what_is_not_there(api, repo, main):
    assert not main.object("none").exists()
    for read in (lambda: main.object("none").stat(), lambda: main.object("none").reader().read()):
        with pytest.raises(ObjectNotFoundException):
            read()
    answer = api.request("POST", f"/repositories/{repo}/branches/none/objects?path=a", data=b"x")
    assert (answer.status_code, answer.json()["message"]) == (404, "branch 'none' not found")
    assert api.request("GET", f"/repositories/{repo}/refs/none/objects/ls").status_code == 404


def test_metadata_is_shown_where_asked_for(api, repo, main, objects):
    main.object("m").upload(data=b"x", metadata={"k": "v"})
    main.object("n").upload(data=b"x")
    assert objects.stat_object(repo, "main", "m", user_metadata=False).metadata == {}
    rows = api.request("GET", f"/repositories/{repo}/refs/main/objects/ls").json()["results"]
    assert [row.get("metadata") for row in rows] == [{"k": "v"}, None]
    rows = api.request("GET", f"/repositories/{repo}/refs/main/objects/ls?user_metadata=false").json()["results"]
    assert [row.get("metadata") for row in rows] == [None, None]
    lakefs_sdk.ExperimentalApi(api.sdk._api).update_object_user_metadata(
        repo, "main", "m", lakefs_sdk.UpdateObjectUserMetadata(set={"New_Key": "w"}))
    assert objects.stat_object(repo, "main", "m").metadata == {"New_Key": "w"}
    assert main.object("m").reader().read() == b"x"


def test_listing_folds_and_pages(api, repo, main):
    paths = ["a/1", "a/2", "a/b/3", "a0", "b", "c/1", "c/d/2", "é"]
    for path in paths:
        main.object(path).upload(data=b"x")
    main.commit("all")
    main.object("b").delete()
    main.object("aa").upload(data=b"x")
    main.object("c/1").upload(data=b"yy")
    visible = sorted(set(paths) - {"b"} | {"aa"}, key=str.encode)
    assert [found.path for found in main.objects()] == visible
    folded = [found.path for found in main.objects(delimiter="/")]
    assert folded == ["a/", "a0", "aa", "c/", "é"]
    assert [found.path for found in main.objects(prefix="a/", delimiter="/")] == ["a/1", "a/2", "a/b/"]
    assert [found.path for found in main.objects(after="a/")] == visible
    assert [found.path for found in main.objects(after="a/", delimiter="/")] == folded[1:]

    def pages(**query):
        after, rows = "", []
        while True:
            page = api.request("GET", f"/repositories/{repo}/refs/main/objects/ls", params={**query, "after": after}).json()
            rows += [row["path"] for row in page["results"]]
            assert page["pagination"]["results"] == len(page["results"])
            if not page["pagination"]["has_more"]:
                assert page["pagination"]["next_offset"] == ""
                return rows
            assert page["pagination"]["next_offset"] == rows[-1]
            after = rows[-1]

    for amount in (1, 2, 3):
        assert pages(amount=amount) == visible
        assert pages(amount=amount, delimiter="/") == folded
        assert pages(amount=amount, delimiter="/", prefix="c") == ["c/"]
    prefix_row = api.request("GET", f"/repositories/{repo}/refs/main/objects/ls?delimiter=/").json()["results"][0]
    assert prefix_row == {"path": "a/", "path_type": "common_prefix", "physical_address": "", "checksum": "", "mtime": 0}


def test_deletes(api, repo, main):
    for number in range(5):
        main.object(f"d/{number}").upload(data=b"x")
    main.commit("five")
    main.object("d/0").delete()
    main.object("d/0").delete()
    main.object("d/").delete()
    main.delete_objects(["d/1", "d/2", "none"])
    assert [found.path for found in main.objects()] == ["d/3", "d/4"]
    assert [(change.path, change.type) for change in main.uncommitted()] == [(f"d/{number}", "removed") for number in range(3)]
    main.object("staged").upload(data=b"x")
    main.object("staged").delete()
    assert "staged" not in [change.path for change in main.uncommitted()]
    url = f"/repositories/{repo}/branches/main/objects/delete"
    answer = api.request("POST", url, json={"paths": ["d/3", "", "x" * 1025]})
    assert answer.status_code == 200
    assert [(error["path"][:1], error["status_code"]) for error in answer.json()["errors"]] == [("", 400), ("x", 400)]
    assert api.request("POST", url, json={"paths": [str(number) for number in range(1001)]}).status_code == 400


def test_copies(api, repo, repository, main):
    main.object("src").upload(data=CONTENT, content_type="text/x-test", metadata={"k": "v"})
    main.commit("src")
    dev = repository.branch("dev").create("main")
    copied = main.object("src").copy("dev", "dst").stat()
    source = main.object("src").stat()
    assert (copied.checksum, copied.content_type, copied.metadata) == (source.checksum, "text/x-test", {"k": "v"})
    assert copied.physical_address != source.physical_address
    assert dev.object("dst").reader().read() == CONTENT
    url = f"/repositories/{repo}/branches/dev/objects/copy"
    for query, body, status in [
        ("dest_path=x", {"src_path": "none"}, 404), ("dest_path=x", {"src_path": "src", "src_ref": "none"}, 404),
        ("dest_path=", {"src_path": "src"}, 400), ("dest_path=x", {}, 400),
        ("dest_path=x", {"src_path": "src", "shallow": True}, 501), ("dest_path=x", {"src_path": "src"}, 201)]:
        assert api.request("POST", f"{url}?{query}", json=body).status_code == status, (query, body)
    missing = api.request("POST", f"/repositories/{repo}/branches/none/objects/copy?dest_path=x", json={"src_path": "src", "src_ref": "main"})
    assert missing.status_code == 404
