"""Branches and tags: made, found, deleted, brought back, merged."""

import re

from conftest import check_page
from playwright.sync_api import expect


def test_branches_are_made_found_deleted_and_brought_back(page, repository):
    page.goto(f"/repositories/{repository.id}/branches")
    branches = page.get_by_role("region", name="Branches", exact=True)
    expect(branches.get_by_role("listitem")).to_have_count(1)
    expect(branches.get_by_role("listitem")).to_contain_text("default")
    page.get_by_role("button", name="New branch…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("main")
    page.watched.allowed.append("409")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_role("alert")).to_contain_text("exists")
    dialog.get_by_label("Name").fill("dev")
    check_page(page, "branch-new")
    dialog.get_by_role("button", name="Create").click()
    expect(page).to_have_url(re.compile("objects\\?ref=dev"))
    dev = repository.branch("dev")
    dev.object("a").upload(data=b"1")
    dev.commit(message="one")
    dev.object("b").upload(data=b"1")
    head = dev.commit(message="two").get_commit().id
    repository.branch("main").commit(message="on main", allow_empty=True)
    page.goto(f"/repositories/{repository.id}/branches")
    row = branches.get_by_role("listitem").filter(has_text="dev")
    expect(row).to_contain_text("2 ahead, 1 behind")
    check_page(page, "branches")
    page.get_by_label("Search branches").fill("ma")
    expect(row).to_be_hidden()
    page.get_by_label("Search branches").fill("none")
    page.get_by_role("button", name="Show all").click()
    row.get_by_role("button", name="Actions on dev").click()
    page.get_by_role("button", name="Delete…").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(row).to_be_hidden()
    page.get_by_role("button", name="Deleted branches").click()
    check_page(page, "branches-deleted")
    page.get_by_role("button", name="Bring dev back").click()
    expect(row).to_be_visible()
    assert repository.branch("dev").get_commit().id == head


def test_tags_are_made_deleted_and_brought_back(page, repository):
    page.goto(f"/repositories/{repository.id}/tags")
    expect(page.get_by_role("heading", name="No tags yet")).to_be_visible()
    check_page(page, "tags-empty")
    page.get_by_role("button", name="New tag…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("2026.report")
    dialog.get_by_role("button", name="Create").click()
    tags = page.get_by_role("region", name="Tags", exact=True)
    row = tags.get_by_role("listitem").filter(has_text="2026.report")
    expect(row).to_be_visible()
    check_page(page, "tags")
    commit = repository.branch("main").get_commit().id
    assert repository.tag("2026.report").get_commit().id == commit
    row.get_by_role("button", name="Actions on").click()
    page.get_by_role("button", name="Delete…").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(row).to_be_hidden()
    page.get_by_role("button", name="Deleted tags").click()
    page.get_by_role("button", name="Bring 2026.report back").click()
    expect(row).to_be_visible()
    row.get_by_role("link", name="2026.report").click()
    expect(page.get_by_role("table", name="Objects").get_by_role("link", name="README.md")).to_be_visible()


def test_a_branch_is_merged_from_the_list(page, repository):
    dev = repository.branch("dev").create("main")
    dev.object("new.txt").upload(data=b"1")
    dev.commit(message="new")
    page.goto(f"/repositories/{repository.id}/branches")
    page.get_by_role("button", name="Actions on dev").click()
    page.get_by_role("button", name="Merge…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Message").fill("Together")
    check_page(page, "merge")
    dialog.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Merged as")).to_be_visible()
    assert repository.branch("main").get_commit().message == "Together"
    assert repository.branch("main").object("new.txt").exists()


def test_hostile_tags_are_shown_harmlessly(page, repository):
    names = ["<script>alert(1)</script>", "a\u202eb", "t" * 200]
    made = []
    for name in names:
        try:
            repository.tag(name).create("main")
            made.append(name)
        except Exception:  # noqa: BLE001, S110 - the server refuses some of these, which is as good
            pass
    page.goto(f"/repositories/{repository.id}/tags")
    tags = page.get_by_role("region", name="Tags", exact=True)
    expect(tags.get_by_role("listitem")).to_have_count(len(made))
    assert made
    check_page(page, "tags-hostile")
