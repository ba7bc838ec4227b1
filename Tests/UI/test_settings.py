"""A repository's settings: metadata and protected branches."""

import lakefs_sdk.exceptions
import pytest
from conftest import check_page
from playwright.sync_api import expect


def test_metadata_is_edited(page, repository):
    page.goto(f"/repositories/{repository.id}/settings")
    section = page.get_by_role("region", name="Metadata")
    section.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Key 1").fill("owner")
    dialog.get_by_label("Value 1").fill("the lake team")
    dialog.get_by_role("button", name="Add a pair").click()
    dialog.get_by_label("Key 2").fill("__proto__")
    dialog.get_by_label("Value 2").fill("<script>alert(1)</script>")
    dialog.get_by_role("button", name="Save").click()
    expect(section).to_contain_text("the lake team")
    expect(section).to_contain_text("<script>")
    check_page(page, "settings-metadata")
    section.get_by_role("button", name="Edit").click()
    dialog.get_by_role("button", name="Remove pair 1").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    assert len(repository.metadata) == 1


def test_branches_are_protected(page, repository):
    page.goto(f"/repositories/{repository.id}/settings")
    section = page.get_by_role("region", name="Branch protection")
    section.get_by_label("Branch, or a pattern").fill("ma*")
    section.get_by_role("button", name="Protect").click()
    expect(section.get_by_role("listitem")).to_have_text(["ma*Take away"])
    check_page(page, "settings-protection")
    with pytest.raises(lakefs_sdk.exceptions.ForbiddenException):
        repository.branch("main").object("x").upload(data=b"x")
    section.get_by_role("button", name="Take the protection ma* away").click()
    expect(section.get_by_role("listitem")).to_have_count(0)
    repository.branch("main").object("x").upload(data=b"x")
