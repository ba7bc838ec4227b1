"""Two references compared: folders of changes, contents, and merges with conflicts."""

import io
import re

import pyarrow as pa
import pyarrow.parquet as pq
from conftest import check_page
from playwright.sync_api import expect


def put(branch, files):
    for path, data in files.items():
        branch.object(path).upload(data=data if isinstance(data, bytes) else data.encode())


def parquet(**columns):
    data = io.BytesIO()
    pq.write_table(pa.table(columns), data)
    return data.getvalue()


def compare(page, repository, left="main", right="dev", **query):
    page.goto(f"/repositories/{repository.id}/compare?left={left}&right={right}" + "".join(f"&{name}={value}" for name, value in query.items()))
    return page.get_by_role("region", name="Changes", exact=True)


def test_changes_by_folder_from_both_points_of_view(page, repository):
    main, dev = repository.branch("main"), repository.branch("dev").create("main")
    put(dev, {"events/2026/three.csv": "3", "events/2027/one.csv": "1", "events/2027/two.csv": "2", "notes.txt": "x"})
    dev.object("README.md").delete()
    dev.commit(message="dev")
    put(main, {"only-main.txt": "1"})
    main.commit(message="main")
    changes = compare(page, repository)
    expect(changes.locator("header")).to_contain_text("4 added")
    expect(changes.locator("header")).to_contain_text("1 removed")
    expect(changes.get_by_text("only-main.txt")).to_be_hidden()
    folder = changes.get_by_role("listitem").filter(has_text="events/")
    expect(folder).to_contain_text("3 added")
    changes.get_by_role("button", name="events/", exact=True).click()
    expect(changes.get_by_role("listitem").filter(has_text="2027/").last).to_contain_text("2 added")
    changes.get_by_role("button", name="2027/", exact=True).click()
    expect(changes.get_by_role("link", name="two.csv")).to_be_visible()
    check_page(page, "compare")
    page.get_by_role("button", name="The two as they are").click()
    expect(changes.get_by_role("listitem").filter(has_text="only-main.txt")).to_contain_text("removed")
    expect(page).to_have_url(re.compile("type=two_dot"))
    page.get_by_role("button", name="Swap").click()
    expect(changes.get_by_role("listitem").filter(has_text="only-main.txt")).to_contain_text("added")
    page.go_back()
    page.go_back()
    expect(changes.get_by_text("only-main.txt")).to_be_hidden()
    compare(page, repository, "main", "main")
    expect(page.get_by_role("heading", name="Nothing differs")).to_be_visible()
    check_page(page, "compare-empty")


def test_lines_columns_and_rows_are_compared(page, repository):
    main = repository.branch("main")
    lines = [f"line {number}" for number in range(100)]
    put(main, {"a.py": "\n".join(lines), "t.csv": "id,name\n1,ada\n2,grace\n",
               "p.parquet": parquet(id=[1, 2, 3], name=["a", "b", "c"]), "b.bin": b"\0\1"})
    main.commit(message="base")
    dev = repository.branch("dev").create("main")
    put(dev, {"a.py": "\n".join(lines[:50] + ["\tnew <b>line</b>"] + lines[51:]), "t.csv": "id,name\n1,ada\n2,linus\n3,edsger\n",
              "p.parquet": parquet(id=[1, 2, 4], name=["a", "b", "c"], age=[1, 2, 3]), "b.bin": b"\0\2", "new.txt": "fresh"})
    dev.object("README.md").delete()
    dev.commit(message="dev")
    # What main does meanwhile is none of dev's changes.
    put(main, {"a.py": "\n".join(["first"] + lines)})
    main.commit(message="meanwhile")
    changes = compare(page, repository)
    changes.get_by_role("link", name="a.py").click()
    text = page.get_by_role("region", name="Lines")
    expect(text.get_by_role("row").filter(has_text="new <b>line</b>")).to_contain_text("+")
    expect(text.get_by_role("row").filter(has_text="line 50")).to_contain_text("−")
    expect(text.get_by_text("first")).to_be_hidden()
    expect(text).to_contain_text("47 alike")
    check_page(page, "compare-text")
    page.get_by_role("link", name="All changes").click()
    changes.get_by_role("link", name="t.csv").click()
    expect(page.get_by_text("The same 2 columns")).to_be_visible()
    rows = page.get_by_role("region", name="Rows")
    expect(rows.get_by_role("row").filter(has_text="grace")).to_contain_text("−")
    expect(rows.get_by_role("row").filter(has_text="edsger")).to_contain_text("+")
    compare(page, repository, path="p.parquet")
    columns = page.get_by_role("region", name="Columns")
    expect(columns.get_by_role("row").filter(has_text="age")).to_contain_text("+")
    # By the columns that both have: one row is another, and two are alike.
    expect(rows.get_by_role("row").filter(has_text="−")).to_have_count(1)
    expect(rows.get_by_role("row").filter(has_text="+")).to_have_count(1)
    check_page(page, "compare-table")
    compare(page, repository, path="b.bin")
    expect(page.get_by_text("cannot be compared line by line")).to_be_visible()
    compare(page, repository, path="new.txt")
    expect(page.get_by_text("not there")).to_be_visible()
    expect(text.get_by_role("row").filter(has_text="fresh")).to_contain_text("+")
    compare(page, repository, path="README.md")
    expect(text.get_by_role("row").filter(has_text="The lake")).to_contain_text("−")
    compare(page, repository, path="none")
    expect(page.get_by_role("heading", name="It is on neither side")).to_be_visible()
    page.watched.allowed.append("404")


def test_conflicts_are_settled_path_by_path(page, repository):
    page.watched.allowed.append("409")
    main, dev = repository.branch("main"), repository.branch("dev").create("main")
    put(dev, {"README.md": "dev", "events/2026/one.csv": "dev", "both": "dev", "quiet": "dev"})
    dev.commit(message="dev")
    put(main, {"README.md": "main", "both": "main"})
    main.object("events/2026/one.csv").delete()
    main.commit(message="main")
    changes = compare(page, repository)
    expect(changes.locator("header")).to_contain_text("3 in conflict")
    page.get_by_role("button", name="Merge into main…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Merge").click()
    expect(dialog.get_by_role("alert")).to_contain_text("choose for each")
    expect(dialog.get_by_role("status").filter(has_text="to settle")).to_have_text("3 to settle")
    check_page(page, "merge-conflicts")
    dialog.get_by_role("button", name="All from dev").click()
    dialog.get_by_role("radiogroup", name="Version of README.md").get_by_label("main").check()
    dialog.get_by_role("radiogroup", name="Version of both").get_by_label("delete it").check()
    expect(dialog.get_by_role("radiogroup", name="Version of events/2026/one.csv").get_by_label("main (deleted)")).not_to_be_checked()
    dialog.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Merged as")).to_be_visible()
    assert main.object("README.md").reader().read() == b"main" and main.object("events/2026/one.csv").reader().read() == b"dev"
    assert not main.object("both").exists() and main.object("quiet").reader().read() == b"dev"


def test_a_strategy_settles_all(page, repository):
    main, dev = repository.branch("main"), repository.branch("dev").create("main")
    put(dev, {"README.md": "dev"})
    dev.commit(message="dev")
    put(main, {"README.md": "main"})
    main.commit(message="main")
    compare(page, repository)
    page.get_by_role("button", name="Merge into main…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Where both changed a path").select_option(label="take it from dev")
    dialog.get_by_label("Squash").check()
    dialog.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Merged as")).to_be_visible()
    assert main.object("README.md").reader().read() == b"dev" and len(main.get_commit().parents) == 1
