"""What is uncommitted on a branch: shown by folder, reverted, committed."""

import re

from conftest import check_page
from playwright.sync_api import expect


def changed(repository):
    """One object of each kind of change, in folders."""
    main = repository.branch("main")
    main.object("events/2026/three.csv").upload(data=b"id\n3\n")
    main.object("events/2026/one.csv").upload(data=b"id,name\n1,ada\n2,linus\n")
    main.object("README.md").delete()
    return main


def uncommitted(page, repository, ref="main"):
    page.goto(f"/repositories/{repository.id}/changes?ref={ref}")
    return page.get_by_role("region", name="Uncommitted changes")


def test_changes_are_shown_by_folder_and_committed(page, repository):
    main = changed(repository)
    changes = uncommitted(page, repository)
    expect(changes.get_by_role("listitem").filter(has_text="README.md")).to_contain_text("removed")
    expect(changes.locator("header")).to_contain_text("1 added")
    expect(changes.locator("header")).to_contain_text("1 removed")
    changes.get_by_role("button", name="events/", exact=True).click()
    changes.get_by_role("button", name="2026/", exact=True).click()
    expect(changes.get_by_role("link", name="three.csv")).to_be_visible()
    expect(changes.get_by_role("link", name="one.csv")).to_be_visible()
    check_page(page, "uncommitted")
    page.get_by_role("button", name="Commit…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Commit", exact=True)).to_be_disabled()
    dialog.get_by_label("Message").fill("Linus, and a third\n\nAs the form had them.")
    dialog.get_by_role("button", name="Add a pair").click()
    dialog.get_by_label("Key 1").fill("source")
    dialog.get_by_label("Value 1").fill("the form")
    dialog.get_by_role("button", name="Add a pair").click()
    dialog.get_by_label("Key 2").fill("source")
    expect(dialog.get_by_text("A key is there twice")).to_be_visible()
    expect(dialog.get_by_role("button", name="Commit", exact=True)).to_be_disabled()
    dialog.get_by_role("button", name="Remove pair 2").click()
    check_page(page, "commit-dialog")
    dialog.get_by_role("button", name="Commit", exact=True).click()
    expect(page.get_by_role("heading", name="Nothing to commit")).to_be_visible()
    check_page(page, "uncommitted-empty")
    commit = next(iter(main.log(max_amount=1)))
    assert (commit.message, commit.metadata) == ("Linus, and a third\n\nAs the form had them.", {"source": "the form"})
    assert not list(main.uncommitted())


def test_one_change_a_folder_or_all_are_reverted(page, repository):
    main = changed(repository)
    changes = uncommitted(page, repository)
    changes.get_by_role("button", name="Revert README.md").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("README.md")
    dialog.get_by_role("button", name="Revert").click()
    expect(changes.get_by_text("README.md")).to_be_hidden()
    assert sorted(change.path for change in main.uncommitted()) == ["events/2026/one.csv", "events/2026/three.csv"]
    main.object("other").upload(data=b"x")
    page.reload()
    changes.get_by_role("button", name="Revert events/", exact=True).click()
    dialog.get_by_role("button", name="Revert").click()
    expect(changes.get_by_role("button", name="Revert events/", exact=True)).to_be_hidden()
    assert [change.path for change in main.uncommitted()] == ["other"]
    page.get_by_role("button", name="Revert all…").click()
    page.keyboard.press("Escape")
    assert [change.path for change in main.uncommitted()] == ["other"]
    page.get_by_role("button", name="Revert all…").click()
    dialog.get_by_role("button", name="Revert").click()
    expect(page.get_by_role("heading", name="Nothing to commit")).to_be_visible()
    assert not list(main.uncommitted())


def test_a_refused_commit_is_told_in_the_dialog(page, repository):
    page.watched.allowed.append("400")
    uncommitted(page, repository)
    page.get_by_role("button", name="Commit…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Message").fill("nothing")
    dialog.get_by_role("button", name="Commit", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("no changes")


def test_only_branches_have_changes_and_another_one_is_chosen(page, repository):
    repository.branch("dev").create("main").object("new").upload(data=b"x")
    changes = uncommitted(page, repository, "none")
    expect(page.get_by_text("There is no branch of this name")).to_be_visible()
    page.get_by_role("button", name="Branch: none").click()
    page.get_by_role("button", name="dev", exact=True).click()
    expect(page).to_have_url(re.compile("ref=dev"))
    expect(changes.get_by_role("link", name="new")).to_be_visible()
