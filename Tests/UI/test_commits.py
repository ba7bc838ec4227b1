"""The log as a graph, a commit's page, and what can be done with a commit."""

import re

from conftest import check_page
from playwright.sync_api import expect


def commit(branch, message, files, **metadata):
    for path, data in files.items():
        branch.object(path).upload(data=data.encode())
    return branch.commit(message=message, metadata=metadata).get_commit()


def history(repository):
    """A branch that was merged, one that was not, and a tag."""
    main, dev = repository.branch("main"), repository.branch("dev").create("main")
    commit(dev, "Work on dev", {"dev/a.txt": "1", "dev/b.txt": "2"})
    commit(main, "Work on main", {"main.txt": "1"})
    dev.merge_into(main)
    repository.tag("v1").create("main")
    commit(repository.branch("other").create("main"), "Elsewhere", {"other.txt": "1"})
    return main


def commits(page, repository, ref="main", **query):
    page.goto(f"/repositories/{repository.id}/commits?ref={ref}" + "".join(f"&{name}={value}" for name, value in query.items()))
    return page.get_by_role("table", name="Commits")


def test_the_log_is_a_graph_with_the_names_of_its_commits(page, repository):
    history(repository)
    table = commits(page, repository)
    rows = table.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Merge 'dev' into 'main'")
    expect(rows.nth(1)).to_contain_text("main")
    expect(rows.nth(1)).to_contain_text("v1")
    expect(table.get_by_text("merge", exact=True)).to_have_count(1)
    expect(table.get_by_role("row", name="Work on dev")).to_contain_text("dev")
    expect(table.locator("svg circle")).to_have_count(5)
    # Of the merge two lines go down, and its parents lie in lanes of their own.
    expect(rows.nth(1).locator("svg path")).to_have_count(2)
    places = {table.get_by_role("row", name=name).locator("circle").get_attribute("cx") for name in ("Work on dev", "Work on main")}
    assert len(places) == 2
    check_page(page, "commits")
    page.get_by_role("button", name="Reference: main").click()
    page.get_by_role("button", name="other", exact=True).click()
    expect(rows.nth(1)).to_contain_text("Elsewhere")
    expect(page).to_have_url(re.compile("ref=other"))
    page.go_back()
    expect(rows.nth(1)).to_contain_text("Merge 'dev'")


def test_commits_are_filtered_by_a_path(page, repository):
    history(repository)
    table = commits(page, repository)
    page.get_by_label("Only commits that touch this path").fill("dev/")
    expect(table.get_by_role("link")).to_have_count(1)
    expect(table.get_by_role("link", name="Work on dev")).to_be_visible()
    expect(page).to_have_url(re.compile("path=dev%2F"))
    page.get_by_label("Only commits that touch this path").fill("main.txt")
    expect(table.get_by_role("link", name="Work on main")).to_be_visible()
    expect(table.get_by_role("link", name="Work on dev")).to_be_hidden()
    page.get_by_label("Only commits that touch this path").fill("none")
    expect(page.get_by_role("heading", name="No commit touches this")).to_be_visible()


def test_a_commit_tells_what_it_changed(page, repository):
    main = repository.branch("main")
    made = commit(main, "Two lines\n\nand <b>more</b>", {"README.md": "# The sea\n", "new.txt": "x"}, team="lake")
    commits(page, repository).get_by_role("link", name="Two lines").click()
    about = page.get_by_role("region", name="Commit", exact=True)
    expect(about).to_contain_text("and <b>more</b>")
    expect(about).to_contain_text(made.id)
    expect(about).to_contain_text("team")
    changes = page.get_by_role("region", name="Changes of this commit")
    expect(changes.locator("header")).to_contain_text("1 added")
    expect(changes.get_by_role("link", name="new.txt")).to_be_visible()
    check_page(page, "commit")
    changes.get_by_role("link", name="README.md").click()
    difference = page.get_by_role("region", name="Lines")
    expect(difference.get_by_role("row").filter(has_text="The lake")).to_contain_text("−")
    expect(difference.get_by_role("row").filter(has_text="The sea")).to_contain_text("+")
    page.go_back()
    about.get_by_role("link", name=made.parents[0][:12]).click()
    expect(page.get_by_role("heading", name="The first objects")).to_be_visible()


def act(page, name):
    page.get_by_role("button", name="Actions on this commit").click()
    page.get_by_role("button", name=name).click()
    return page.get_by_role("dialog")


def test_a_commit_is_reverted_and_picked(page, repository):
    dev = repository.branch("dev").create("main")
    made = commit(dev, "A file", {"a.txt": "1"})
    page.goto(f"/repositories/{repository.id}/commits/view?id={made.id}")
    dialog = act(page, "Cherry-pick…")
    expect(dialog.get_by_role("button", name="On branch: main")).to_be_visible()
    check_page(page, "cherry-pick")
    dialog.get_by_label("Message").fill("Picked")
    dialog.get_by_role("button", name="Cherry-pick").click()
    table = page.get_by_role("table", name="Commits")
    table.get_by_role("link", name="Picked").click()
    assert repository.branch("main").object("a.txt").reader().read() == b"1"
    dialog = act(page, "Revert…")
    dialog.get_by_role("button", name="Revert").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("Revert")
    assert not repository.branch("main").object("a.txt").exists()


def test_a_merge_is_reverted_against_a_chosen_parent(page, repository):
    main = history(repository)
    page.goto(f"/repositories/{repository.id}/commits/view?id={main.get_commit().id}")
    dialog = act(page, "Revert…")
    expect(dialog.get_by_label("the branch that was merged into")).to_be_checked()
    dialog.get_by_role("button", name="Revert").click()
    expect(page.get_by_role("table", name="Commits").get_by_role("row").nth(1)).to_contain_text("Revert")
    assert not main.object("dev/a.txt").exists() and main.object("main.txt").exists()


def test_a_branch_and_a_tag_are_made_of_a_commit(page, repository):
    first = repository.branch("main").get_commit()
    commit(repository.branch("main"), "More", {"more.txt": "1"})
    page.goto(f"/repositories/{repository.id}/commits/view?id={first.id}")
    dialog = act(page, "New branch here…")
    dialog.get_by_label("Name").fill("bad name")
    expect(dialog.get_by_role("button", name="Create")).to_be_disabled()
    dialog.get_by_label("Name").fill("from-first")
    dialog.get_by_role("button", name="Create").click()
    expect(page).to_have_url(re.compile("objects\\?ref=from-first"))
    assert repository.branch("from-first").get_commit().id == first.id
    page.go_back()
    dialog = act(page, "New tag here…")
    dialog.get_by_label("Name").fill("v0.1")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("link", name="v0.1", exact=True)).to_be_visible()
    assert repository.tag("v0.1").get_commit().id == first.id


def test_many_commits_are_scrolled_without_all_rows_in_the_page(page, repository):
    main = repository.branch("main")
    for number in range(130):
        main.commit(message=f"commit {number:03}", allow_empty=True)
    table = commits(page, repository)
    expect(table.get_by_role("link", name="commit 129")).to_be_visible()
    for _ in range(40):
        page.mouse.wheel(0, 4_000)
        if table.get_by_role("link", name="The first objects").count():
            break
        page.wait_for_timeout(50)
    expect(table.get_by_role("link", name="The first objects")).to_be_visible()
    assert table.get_by_role("row").count() < 110


def test_hostile_messages_are_shown_harmlessly(page, repository):
    texts = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a\u202eb", "javascript:alert(1)", "x" * 5_000]
    for text in texts:
        repository.branch("main").commit(message=text, metadata={text[:100]: text}, allow_empty=True)
    table = commits(page, repository)
    expect(table.get_by_role("link", name="<script>alert(1)</script>")).to_be_visible()
    expect(table.get_by_role("link", name="a\\u202eb")).to_be_visible()
    check_page(page, "commits-hostile")
    for text in ("<img src=x onerror=alert(1)>", "xxxxxxxx"):
        table.get_by_role("link", name=text).click()
        expect(page.get_by_role("region", name="Commit", exact=True)).to_contain_text(text)
        check_page(page, "commit-hostile")
        page.go_back()
