"""The objects of a reference: browsing, uploads, downloads, deletions, metadata, and names that mean harm."""

import re

import requests
from conftest import ENDPOINT, KEY, SECRET, check_page
from playwright.sync_api import expect

HOSTILE = [
    "<script>alert(1)</script>.txt", "<img src=x onerror=alert(1)>.md", "javascript:alert(1)", "a‮txt.exe", "مرحبا.csv",
    "__proto__", "per%2Fcent%00.txt", "query?x=1&y=2#z", "two  spaces ", "quote\"'`.txt", "🙂.json", "..", "k" * (1024 - len("evil/")),
]


def objects(page, repository, **query):
    page.goto(f"/repositories/{repository.id}/objects?" + "&".join(f"{name}={value}" for name, value in query.items()))
    return page.get_by_role("table", name="Objects")


def read(repository, path, ref="main"):
    return requests.get(f"{ENDPOINT}/api/v1/repositories/{repository.id}/refs/{ref}/objects", params={"path": path},
                        auth=(KEY, SECRET), timeout=30)


def test_folders_are_browsed_and_back_works(page, repository):
    page.goto(f"/repositories/{repository.id}")
    table = page.get_by_role("table", name="Objects")
    expect(table.get_by_role("row", name="README.md")).to_contain_text("25 B")
    expect(table.get_by_role("row", name="events/")).to_contain_text("51 B in 2")
    check_page(page, "objects")
    table.get_by_role("link", name="events/").click()
    table.get_by_role("link", name="2026/").click()
    expect(table.get_by_role("link")).to_have_text(["one.csv", "two.json"])
    expect(page).to_have_url(re.compile(r"prefix=events%2F2026%2F"))
    page.get_by_role("navigation", name="Path").get_by_role("link", name="events").click()
    expect(table.get_by_role("link")).to_have_text(["2026/"])
    page.go_back()
    expect(table.get_by_role("link")).to_have_text(["one.csv", "two.json"])
    page.reload()
    expect(table.get_by_role("link")).to_have_text(["one.csv", "two.json"])
    page.get_by_label("Search this folder").fill("two")
    expect(table.get_by_role("link")).to_have_text(["two.json"])
    page.get_by_label("Search this folder").fill("none")
    page.get_by_role("button", name="Show all").click()
    expect(table.get_by_role("link")).to_have_text(["one.csv", "two.json"])


def test_branches_tags_and_commits_are_picked(page, repository, client):
    repository.branch("dev").create("main").object("new/on-dev.txt").upload(data=b"dev")
    repository.tag("v1").create("main")
    table = objects(page, repository)
    page.get_by_role("button", name="Reference: main").click()
    page.get_by_label("Search references").fill("de")
    page.get_by_role("button", name="dev", exact=True).click()
    expect(table.get_by_role("link", name="new/")).to_be_visible()
    expect(page).to_have_url(re.compile("ref=dev"))
    page.get_by_role("button", name="Reference: dev").click()
    page.get_by_role("button", name="tags").click()
    page.get_by_role("button", name="v1", exact=True).click()
    expect(table.get_by_role("link", name="new/")).to_be_hidden()
    expect(page.get_by_text("This is no branch")).to_be_visible()
    expect(page.get_by_role("button", name="Upload files")).to_be_hidden()
    page.get_by_role("button", name="Reference: v1").click()
    page.get_by_role("button", name="commits").click()
    page.get_by_role("button", name="The first objects").click()
    expect(page).to_have_url(re.compile("ref=[0-9a-f]{64}"))
    expect(table.get_by_role("link", name="README.md")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile("ref=v1"))


def test_files_are_uploaded_with_their_types(page, repository, tmp_path):
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(range(256)) * 4096 * 8)
    (tmp_path / "data.parquet").write_bytes(b"PAR1")
    (tmp_path / "empty.txt").write_bytes(b"")
    table = objects(page, repository, prefix="up/")
    expect(page.get_by_text("No objects here")).to_be_visible()
    check_page(page, "objects-empty")
    page.get_by_label("Files", exact=True).set_input_files([large, tmp_path / "data.parquet", tmp_path / "empty.txt"])
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads.get_by_role("status")).to_contain_text("Uploaded: 3 of 3 files")
    expect(uploads.get_by_role("progressbar")).to_have_count(3)
    expect(table.get_by_role("link")).to_have_text(["data.parquet", "empty.txt", "large.bin"])
    check_page(page, "objects-uploaded")
    assert read(repository, "up/large.bin").content == large.read_bytes()
    assert read(repository, "up/data.parquet").headers["Content-Type"] == "application/vnd.apache.parquet"
    assert read(repository, "up/empty.txt").content == b""
    uploads.get_by_role("button", name="Close").click()
    expect(uploads).to_be_hidden()


def test_a_folder_is_uploaded_with_its_paths(page, repository, tmp_path):
    for name in ("lake/a.txt", "lake/deep/b.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    table = objects(page, repository, prefix="in/")
    page.get_by_label("Folder", exact=True).set_input_files(tmp_path / "lake")
    expect(table.get_by_role("link")).to_have_text(["lake/"])
    assert read(repository, "in/lake/deep/b.txt").text == "lake/deep/b.txt"


def test_files_are_dropped_onto_the_page(page, repository):
    table = objects(page, repository)
    expect(page.get_by_role("button", name="Upload files")).to_be_visible()
    transfer = page.evaluate_handle("""() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(["dropped"], "dropped.txt", { type: "text/plain" }));
        return transfer;
    }""")
    page.get_by_role("region", name="Objects").dispatch_event("drop", {"dataTransfer": transfer})
    expect(table.get_by_role("link", name="dropped.txt")).to_be_visible()
    assert read(repository, "dropped.txt").text == "dropped"


def test_a_failed_upload_is_told_and_tried_again(page, repository, tmp_path):
    page.watched.allowed.append("503")
    (tmp_path / "x.txt").write_text("x")
    objects(page, repository)
    expect(page.get_by_role("button", name="Upload files")).to_be_visible()
    page.route("**/objects?path=x.txt", lambda route: route.fulfill(status=503, json={"message": "come back later"}))
    page.get_by_label("Files", exact=True).set_input_files(tmp_path / "x.txt")
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads.get_by_role("alert")).to_have_text("come back later")
    page.unroute_all()
    uploads.get_by_role("button", name="Try the failed again").click()
    expect(uploads.get_by_role("status")).to_contain_text("Uploaded: 1 of 1")
    assert read(repository, "x.txt").text == "x"


def test_an_object_is_downloaded_copied_and_deleted(page, repository):
    table = objects(page, repository, prefix="events/2026/")
    page.get_by_role("button", name="Actions on events/2026/one.csv").click()
    with page.expect_download() as download:
        page.get_by_text("Download").click()
    assert download.value.suggested_filename == "one.csv"
    assert download.value.path().read_bytes() == b"id,name\n1,ada\n2,grace\n"
    page.get_by_role("button", name="Actions on events/2026/one.csv").click()
    page.get_by_role("button", name="Copy lakeFS URI").click()
    expect(page.get_by_text("lakeFS URI copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"lakefs://{repository.id}/main/events/2026/one.csv"
    page.get_by_role("button", name="Actions on events/2026/one.csv").click()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(table.get_by_role("link")).to_have_text(["two.json"])
    assert read(repository, "events/2026/one.csv").status_code == 404


def test_a_folder_is_deleted_with_all_below(page, repository):
    for number in range(12):
        repository.branch("main").object(f"events/more/{number}").upload(data=b"x")
    table = objects(page, repository)
    page.get_by_role("button", name="Actions on events/").click()
    page.get_by_role("button", name="Delete…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("All objects that begin with")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("14 objects are deleted")).to_be_visible()
    expect(table.get_by_role("link")).to_have_text(["README.md"])


def test_an_object_tells_of_itself_and_its_metadata_is_changed(page, repository):
    repository.branch("main").object("noted.txt").upload(data=b"noted", metadata={"origin": "sensor <7>"})
    page.goto(f"/repositories/{repository.id}/objects/view?path=noted.txt")
    about = page.get_by_role("complementary", name="About this object")
    expect(about).to_contain_text("sensor <7>")
    expect(about).to_contain_text("5 B")
    about.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Value 1").fill("sensor 8")
    dialog.get_by_role("button", name="Add a pair").click()
    dialog.get_by_label("Key 2").fill("origin")
    expect(dialog.get_by_role("alert")).to_contain_text("twice")
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    dialog.get_by_label("Key 2").fill("colour")
    dialog.get_by_label("Value 2").fill("blue")
    check_page(page, "object-metadata")
    dialog.get_by_role("button", name="Save").click()
    expect(about).to_contain_text("blue")
    assert repository.branch("main").object("noted.txt").stat().metadata == {"origin": "sensor 8", "colour": "blue"}
    page.get_by_role("button", name="Actions on noted.txt").click()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile(r"/objects\?ref=main$"))
    expect(page.get_by_role("table", name="Objects").get_by_role("link", name="noted.txt")).to_be_hidden()


def test_an_object_that_is_not_there_is_told_of(page, repository):
    page.watched.allowed.append("404")
    page.goto(f"/repositories/{repository.id}/objects/view?path=nowhere.txt")
    expect(page.get_by_role("alert")).to_contain_text("no such object on main")


def test_hostile_names_are_shown_harmlessly(page, repository):
    for name in HOSTILE:
        repository.branch("main").object(f"evil/{name}").upload(data=f"content of {name[:20]}".encode(), content_type="text/plain")
    table = objects(page, repository, prefix="evil/")
    expect(table.get_by_role("link")).to_have_count(len(HOSTILE))
    assert "\\u202e" in table.inner_text() and "‮" not in table.inner_text()
    check_page(page, "objects-hostile")
    # A dialog of a script, or a complaint of the console, fails the test.
    for index in range(len(HOSTILE)):
        page.goto(f"/repositories/{repository.id}/objects?prefix=evil/")
        expect(table.get_by_role("link")).to_have_count(len(HOSTILE))
        link = table.get_by_role("link").nth(index)
        is_folder = link.inner_text().endswith("/")
        link.click()
        if is_folder:
            # `</script>` has a slash.
            table.get_by_role("link", name="script>.txt").click()
        expect(page.get_by_role("region", name="Content")).to_contain_text("content of ")


def test_a_folder_of_very_many_is_scrolled_without_all_rows_in_the_page(page, repository):
    total = 100_000

    # So many objects take minutes to write: the answers are made up, of the shape that the API gives them.
    def answer(route):
        url = route.request.url
        after = int((re.search(r"after=n(\d+)", url) or [0, "-1"])[1])
        amount = int(re.search(r"amount=(\d+)", url)[1])
        names = range(after + 1, min(total, after + 1 + amount))
        rows = [{"path": f"n{number:06}", "path_type": "object", "size_bytes": number, "mtime": 1_700_000_000, "checksum": "x",
                 "physical_address": "x", "content_type": "text/plain"} for number in names]
        route.fulfill(json={"results": rows, "pagination": {
            "has_more": names[-1] + 1 < total, "next_offset": rows[-1]["path"], "results": len(rows), "max_per_page": 1000}})

    page.route("**/objects/ls?*", answer)
    table = objects(page, repository)
    expect(table.get_by_role("link", name="n000000")).to_be_visible()
    page.evaluate("""async (total) => {
        const more = () => document.querySelector("[role=status].muted")?.textContent ?? "";
        for (let turn = 0; turn < 2000 && more() !== `${total.toLocaleString("en")} entries`; turn++) {
            window.scrollTo(0, document.documentElement.scrollHeight);
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }""", total)
    expect(page.get_by_text(f"{total:,} entries")).to_be_visible()
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    expect(table.get_by_role("link", name=f"n{total - 1:06}")).to_be_visible()
    assert table.get_by_role("row").count() < 200
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight / 2)")
    expect(table.get_by_role("link", name="n050000")).to_be_attached()
