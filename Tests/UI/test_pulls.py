"""Pull requests: proposed, shown with what they would change, edited, closed, merged."""

import re

from conftest import check_page
from playwright.sync_api import expect


def proposed(page, repository, title="Take it"):
    dev = repository.branch("dev").create("main")
    dev.object("new/a.txt").upload(data=b"1\n2\n")
    dev.commit(message="new")
    page.goto(f"/repositories/{repository.id}/pulls")
    expect(page.get_by_role("heading", name="No open pull requests")).to_be_visible()
    page.get_by_role("button", name="New pull request…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill(title)
    expect(dialog.get_by_role("button", name="Create")).to_be_disabled()
    dialog.get_by_role("button", name="Merge: choose a branch").click()
    dialog.get_by_role("button", name="main", exact=True).click()
    expect(dialog.get_by_text("cannot be merged into itself")).to_be_visible()
    dialog.get_by_role("button", name="Merge: main").click()
    dialog.get_by_role("button", name="dev", exact=True).click()
    dialog.get_by_label("Description").fill("What <b>and</b> why\nin two lines")
    return dialog


def test_one_is_proposed_edited_closed_and_merged(page, repository):
    page.goto(f"/repositories/{repository.id}/pulls")
    check_page(page, "pulls-empty")
    dialog = proposed(page, repository)
    check_page(page, "pull-new")
    dialog.get_by_role("button", name="Create").click()
    about = page.get_by_role("region", name="Pull request", exact=True)
    expect(about).to_contain_text("What <b>and</b> why")
    expect(about).to_contain_text("open")
    changes = page.get_by_role("region", name="Changes")
    expect(changes.locator("header")).to_contain_text("1 added")
    changes.get_by_role("button", name="new/", exact=True).click()
    expect(changes.get_by_role("link", name="a.txt")).to_be_visible()
    check_page(page, "pull")
    page.get_by_role("button", name="Edit…").click()
    dialog.get_by_label("Title").fill("Take it, please")
    dialog.get_by_role("button", name="Save").click()
    expect(about.get_by_role("heading", name="Take it, please")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(about.get_by_text("closed", exact=True)).to_be_visible()
    page.get_by_role("button", name="Open again").click()
    page.get_by_role("button", name="Merge…").click()
    check_page(page, "pull-merge")
    dialog.get_by_role("button", name="Merge").click()
    expect(about.get_by_text("merged", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="What it changed")).to_be_visible()
    expect(changes.locator("header")).to_contain_text("1 added")
    assert repository.branch("main").object("new/a.txt").exists()
    page.get_by_role("link", name="Pull requests").click()
    expect(page.get_by_role("heading", name="No open pull requests")).to_be_visible()
    page.get_by_role("button", name="closed").click()
    expect(page).to_have_url(re.compile("status=closed"))
    expect(page.get_by_role("listitem").filter(has_text="Take it, please")).to_contain_text("merged")
    check_page(page, "pulls")


def test_a_conflict_leads_to_where_it_is_settled(page, repository):
    page.watched.allowed.append("409")
    dialog = proposed(page, repository)
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("region", name="Pull request", exact=True)).to_be_visible()
    main = repository.branch("main")
    main.object("new/a.txt").upload(data=b"other")
    main.commit(message="other")
    page.get_by_role("button", name="Merge…").click()
    dialog.get_by_role("button", name="Merge").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Both branches changed")
    dialog.get_by_role("link", name="Merge main into dev").click()
    page.get_by_role("button", name="Merge into dev…").click()
    dialog.get_by_role("button", name="Merge").click()
    dialog.get_by_role("button", name="All from dev").click()
    dialog.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Merged as")).to_be_visible()
    page.goto(f"/repositories/{repository.id}/pulls")
    page.get_by_role("link", name="Take it").click()
    page.get_by_role("button", name="Merge…").click()
    dialog.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("merged", exact=True)).to_be_visible()
    assert main.object("new/a.txt").reader().read() == b"1\n2\n"
