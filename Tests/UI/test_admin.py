"""Administration: users, groups, policies, keys, rights asked for, the audit log; and how the services do."""

import json
import re
import uuid

import lakefs_sdk
import pytest
import requests
from conftest import ENDPOINT, check_page, open_page
from playwright.sync_api import expect


@pytest.fixture
def auth(client):
    return lakefs_sdk.AuthApi(client.sdk_client._api)


@pytest.fixture
def names(auth):
    """Names of a user, a group and a policy of the test's own; what has them is gone behind it."""
    end = uuid.uuid4().hex[:10]
    names = {"user": f"ui-user-{end}", "group": f"ui-group-{end}", "policy": f"ui-policy-{end}"}
    yield names
    for delete, name in ((auth.delete_user, "user"), (auth.delete_group, "group"), (auth.delete_policy, "policy")):
        try:
            delete(names[name])
        except lakefs_sdk.ApiException:
            pass


def test_a_user_is_made_gets_rights_and_is_deleted(page, names, auth):
    auth.create_policy(lakefs_sdk.Policy(id=names["policy"], statement=[
        lakefs_sdk.Statement(effect="allow", action=["fs:ReadObject"], resource="arn:lakefs:fs:::repository/lake/object/logs/*")]))
    page.goto("/repositories")
    page.get_by_role("link", name="Administration").click()
    expect(page.get_by_role("link", name="admin", exact=True)).to_be_visible()
    check_page(page, "users")
    page.get_by_role("button", name="New user…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill(names["user"])
    dialog.get_by_label("Shown as").fill("Ada")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name=names["user"], exact=True)).to_be_visible()
    policies = page.get_by_role("region", name="Policies", exact=True)
    policies.get_by_role("button", name="Add to Policies").click()
    dialog.get_by_label("Search by how names begin").fill(names["policy"])
    dialog.get_by_label(names["policy"]).check()
    dialog.get_by_role("button", name="Add").click()
    expect(policies.get_by_role("link", name=names["policy"])).to_be_visible()
    tester = page.get_by_role("region", name=re.compile("May .* do that"))
    tester.get_by_label("Resource").fill("arn:lakefs:fs:::repository/lake/object/logs/a")
    tester.get_by_role("button", name="Ask").click()
    expect(tester.get_by_role("status")).to_contain_text("Yes, it may. By " + names["policy"])
    check_page(page, "user")
    tester.get_by_label("Action").fill("fs:WriteObject")
    tester.get_by_role("button", name="Ask").click()
    expect(tester.get_by_role("status")).to_contain_text("nothing allows it")
    page.watched.allowed.append("400")
    tester.get_by_label("Resource").fill("lake")
    tester.get_by_role("button", name="Ask").click()
    expect(tester.get_by_role("alert")).to_contain_text("no resource")
    policies.get_by_role("button", name=f"Take {names['policy']} away").click()
    expect(policies.get_by_text("No policy of its own")).to_be_visible()
    page.get_by_role("link", name="Users").first.click()
    page.get_by_label("Search by how names begin").fill(names["user"])
    page.get_by_role("button", name=f"Delete {names['user']}").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="None begins so")).to_be_visible()


def test_a_key_is_made_shown_once_used_and_deleted(page, names, auth):
    auth.create_user(lakefs_sdk.UserCreation(id=names["user"]))
    page.goto(f"/admin/users/{names['user']}")
    keys = page.get_by_role("region", name="Access keys")
    keys.get_by_role("button", name="New key…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What it is for").fill("the nightly job")
    dialog.get_by_role("button", name="Create").click()
    made = keys.get_by_role("status")
    expect(made.locator("code")).to_have_count(2)
    key, secret = made.locator("code").all_inner_texts()
    assert requests.get(f"{ENDPOINT}/api/v1/user", auth=(key, secret), timeout=30).json()["user"]["id"] == names["user"]
    check_page(page, "user-key")
    with page.expect_download() as download:
        made.get_by_role("button", name="Download").click()
    assert f"aws_secret_access_key = {secret}" in open(download.value.path()).read()
    made.get_by_role("button", name="I have kept it").click()
    page.reload()
    row = keys.get_by_role("listitem").filter(has_text="the nightly job")
    expect(row).to_contain_text(key)
    assert secret not in page.content()
    row.get_by_role("button", name=f"Delete key {key}").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(keys.get_by_text("No key")).to_be_visible()


def test_a_short_lived_key_is_seen_and_ended(page, names, auth):
    auth.create_user(lakefs_sdk.UserCreation(id=names["user"]))
    key = auth.create_credentials(names["user"])
    made = requests.post(
        f"{ENDPOINT}/api/v1/auth/sessions", auth=(key.access_key_id, key.secret_access_key), json={"name": "nightly <b>"}, timeout=30).json()
    page.goto(f"/admin/users/{names['user']}")
    sessions = page.get_by_role("region", name="Short-lived keys")
    row = sessions.get_by_role("listitem").filter(has_text="nightly <b>")
    expect(row).to_contain_text(made["access_key_id"])
    assert made["secret_access_key"] not in page.content() and made["session_token"] not in page.content()
    check_page(page, "user-sessions")
    row.get_by_role("button", name=f"End {made['access_key_id']}").click()
    page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(page.get_by_text("The session is ended")).to_be_visible()
    expect(sessions).to_have_count(0)
    assert auth.list_user_credentials(names["user"]).results[0].access_key_id == key.access_key_id


def test_a_password_is_set_and_opens_the_door(page, names, auth):
    auth.create_user(lakefs_sdk.UserCreation(id=names["user"]))
    page.goto(f"/admin/users/{names['user']}")
    page.get_by_role("button", name="Set a password…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password", exact=True).fill("correct horse battery")
    dialog.get_by_label("Once more").fill("correct horse")
    expect(dialog.get_by_text("The two differ")).to_be_visible()
    expect(dialog.get_by_role("button", name="Set")).to_be_disabled()
    dialog.get_by_label("Once more").fill("correct horse battery")
    dialog.get_by_role("button", name="Set").click()
    expect(page.get_by_text("The password is set")).to_be_visible()
    for password, status in (("wrong", 401), ("correct horse battery", 200)):
        answer = requests.post(f"{ENDPOINT}/api/v1/auth/login/password", json={"username": names["user"], "password": password}, timeout=30)
        assert answer.status_code == status


def test_a_group_has_members_and_policies(page, names, auth):
    auth.create_user(lakefs_sdk.UserCreation(id=names["user"]))
    page.goto("/admin/groups")
    check_page(page, "groups")
    page.get_by_role("button", name="New group…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill(names["group"])
    dialog.get_by_label("Description").fill("Who reads logs")
    dialog.get_by_role("button", name="Create").click()
    for region, one in (("Members", names["user"]), ("Policies", "FSReadAll")):
        part = page.get_by_role("region", name=region, exact=True)
        part.get_by_role("button", name=f"Add to {region}").click()
        dialog.get_by_label("Search by how names begin").fill(one)
        dialog.get_by_label(one, exact=True).check()
        dialog.get_by_role("button", name="Add").click()
        expect(part.get_by_role("link", name=one, exact=True)).to_be_visible()
    check_page(page, "group")
    assert [user.id for user in auth.list_group_members(names["group"]).results] == [names["user"]]
    page.get_by_role("link", name=names["user"]).click()
    expect(page.get_by_role("region", name="Groups").get_by_role("link", name=names["group"])).to_be_visible()


def test_a_policy_is_written_with_help(page, names, auth):
    page.goto("/admin/policies")
    check_page(page, "policies")
    page.get_by_role("button", name="New policy…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill(names["policy"])
    text = dialog.get_by_label("Statements")
    for wrong, said in (
        ("[{]", "line 1"), ("{}", "A list of statements"), ("[]", "At least one"), ('[{"effect":"maybe"}]', "Statement 1: “effect”"),
        ('[{"effect":"allow","action":["fly"],"resource":"*"}]', "“fly” is no action"),
        ('[{"effect":"allow","action":["fs:*"],"resource":"lake"}]', "“lake” is no ARN"),
        ('[{"effect":"allow","actions":["fs:*"],"resource":"*"}]', "“actions” is no part"),
    ):
        text.fill(wrong)
        expect(dialog.get_by_role("alert")).to_contain_text(said)
        expect(dialog.get_by_role("button", name="Create")).to_be_disabled()
    check_page(page, "policy-new")
    text.fill(json.dumps([{"effect": "allow", "action": ["fs:*"], "resource": "*"}]))
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name=names["policy"], exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    page.get_by_label("Statements").fill(json.dumps([{
        "effect": "deny", "action": ["fs:ReadObject"], "resource": "*", "condition": {"IpAddress": {"SourceIp": ["10.0.0.0/8"]}}}]))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The policy is saved")).to_be_visible()
    check_page(page, "policy")
    stored = auth.get_policy(names["policy"]).statement[0]
    assert (stored.effect, stored.action) == ("deny", ["fs:ReadObject"])
    # What only the server knows is told too.
    page.watched.allowed.append("400")
    page.get_by_label("Statements").fill(json.dumps([{"effect": "allow", "action": ["fs:*"], "resource": "*", "condition": {"Moon": {"SourceIp": ["x"]}}}]))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Moon")


def test_the_audit_log_is_filtered_and_exported(page, names, auth):
    auth.create_user(lakefs_sdk.UserCreation(id=names["user"]))
    page.goto("/admin/audit?operation=createUser")
    table = page.get_by_role("table", name="Audit log")
    expect(table.get_by_role("row").nth(1)).to_contain_text("createUser")
    # How a call ended is written down a moment behind it.
    page.wait_for_timeout(1_500)
    page.get_by_role("button", name="Refresh").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("ok 201")
    check_page(page, "audit")
    page.get_by_label("User", exact=True).fill("nobody-like-that")
    expect(page.get_by_role("heading", name="Nothing of that kind")).to_be_visible()
    expect(page).to_have_url(re.compile("user=nobody-like-that"))
    page.get_by_label("User", exact=True).fill("")
    expect(table.get_by_role("row").nth(1)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as JSON lines").click()
    lines = [json.loads(line) for line in open(download.value.path())]
    assert lines and {line["operation"] for line in lines} == {"createUser"}


def test_who_may_not_is_told_so(page, browser, names, auth):
    auth.create_user(lakefs_sdk.UserCreation(id=names["user"]))
    key = auth.create_credentials(names["user"])
    other = open_page(browser, base_url=ENDPOINT)
    other.watched.allowed.append("401")
    other.goto("/login")
    other.get_by_label("Access key").fill(key.access_key_id)
    other.get_by_label("Secret key").fill(key.secret_access_key)
    other.get_by_role("button", name="Sign in").click()
    other.get_by_role("link", name="Administration").click()
    expect(other.get_by_role("alert")).to_contain_text("not allowed to auth:ListUsers")
    expect(other.get_by_role("alert")).to_contain_text("An administrator can give you")
    check_page(other, "refused")
    other.watched.check()
    other.context.close()


def test_hostile_users_are_shown_harmlessly(page, auth):
    names = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a\u202eb", "javascript:alert(1)", "u" * 255]
    made = []
    for name in names:
        try:
            auth.create_user(lakefs_sdk.UserCreation(id=name))
            made.append(name)
        except lakefs_sdk.ApiException:
            # Refused, which is as good.
            pass
    try:
        assert made
        page.goto("/admin/users")
        expect(page.get_by_role("button", name="Delete " + "u" * 255)).to_be_visible()
        check_page(page, "users-hostile")
        page.get_by_role("link", name="u" * 255).click()
        expect(page.get_by_role("region", name="Access keys")).to_be_visible()
        check_page(page, "user-hostile")
    finally:
        for name in made:
            auth.delete_user(name)


def test_the_system_tells_how_it_does(page):
    page.goto("/system")
    services = page.get_by_role("region", name="Services")
    for name in ("api", "index", "auth", "object store"):
        expect(services.get_by_role("listitem").filter(has_text=name).first).to_contain_text("works")
    expect(page.get_by_role("region", name="This installation")).to_contain_text("local")
    check_page(page, "system")
