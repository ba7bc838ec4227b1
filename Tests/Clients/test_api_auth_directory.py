"""Users, groups, policies, attachments, keys and external principals by the official client."""

import time

import lakefs_sdk
import pytest
from lakefs_sdk.exceptions import ApiException, NotFoundException, UnauthorizedException

from conftest import fresh_name


@pytest.fixture
def auth(api):
    return api.sdk.auth_api


@pytest.fixture
def user(auth):
    """A user of the test's own."""
    name = fresh_name("user")
    auth.create_user(lakefs_sdk.UserCreation(id=name))
    yield name
    try:
        auth.delete_user(name)
    except NotFoundException:
        pass


@pytest.fixture
def group(auth):
    """A group of the test's own."""
    name = fresh_name("group")
    auth.create_group(lakefs_sdk.GroupCreation(id=name, description="a test's"))
    yield name
    try:
        auth.delete_group(name)
    except NotFoundException:
        pass


def document(name, action="fs:ReadObject", resource="*", effect="allow", condition=None):
    statement = lakefs_sdk.Statement(effect=effect, action=[action], resource=resource, condition=condition)
    return lakefs_sdk.Policy(id=name, statement=[statement])


@pytest.fixture
def policy(auth):
    """A policy of the test's own."""
    name = fresh_name("policy")
    auth.create_policy(document(name))
    yield name
    try:
        auth.delete_policy(name)
    except NotFoundException:
        pass


def refused(status, call, *arguments, **named):
    with pytest.raises(ApiException) as caught:
        call(*arguments, **named)
    assert caught.value.status == status
    return caught.value.body


def all_pages(list_page, amount, **named):
    """The ids of all rows of a list, `amount` a page."""
    rows, after = [], ""
    while True:
        page = list_page(amount=amount, after=after, **named)
        assert page.pagination.results == len(page.results) <= amount
        rows += page.results
        if not page.pagination.has_more:
            assert page.pagination.next_offset == ""
            return rows
        after = page.pagination.next_offset


def test_the_installation_begins_with_base_groups_and_policies(api, auth):
    me = auth.get_current_user().user.id
    assert {"Admins", "SuperUsers", "Developers", "Viewers"} <= {g.id for g in all_pages(auth.list_groups, 2)}
    assert {
        "FSFullAccess", "FSReadWriteAll", "FSReadAll", "RepoManagementFullAccess", "RepoManagementReadAll",
        "PRReadWriteAll", "AuthFullAccess", "AuthManageOwnCredentials", "CatalogReadAll", "CatalogReadWriteAll",
    } <= {p.id for p in all_pages(auth.list_policies, 3)}
    assert me in [u.id for u in auth.list_group_members("Admins", prefix=me).results]
    assert "Admins" in [g.id for g in auth.list_user_groups(me).results]
    effective = {p.id for p in auth.list_user_policies(me, effective=True).results}
    assert {"FSFullAccess", "AuthFullAccess", "RepoManagementFullAccess", "PRReadWriteAll"} <= effective
    own = auth.get_policy("AuthManageOwnCredentials").statement[0]
    assert own.resource == "arn:lakefs:auth:::user/${user}"
    assert api.request("GET", "/setup_lakefs", auth=None).json()["login_config"]["RBAC"] == "internal"


def test_a_user_is_made_shown_listed_and_deleted_once(auth):
    name = fresh_name("Üser @home")
    made = auth.create_user(lakefs_sdk.UserCreation(id=name))
    assert made.id == name and abs(made.creation_date - time.time()) < 60
    assert auth.get_user(name) == made
    assert auth.list_users(prefix=name).results == [made]
    assert "user already exists" in refused(409, auth.create_user, lakefs_sdk.UserCreation(id=name))
    auth.delete_user(name)
    assert "user not found" in refused(404, auth.get_user, name)
    refused(404, auth.delete_user, name)
    assert auth.list_users(prefix=name).results == []


@pytest.mark.parametrize("name", ["", "a/b", "50%", "a\nb", "..", "x" * 256, "ü" * 128])
def test_a_name_that_breaks_the_rules_is_refused(api, auth, name):
    for path in ("/auth/users", "/auth/groups"):
        answer = api.request("POST", path, json={"id": name})
        assert answer.status_code == 400, path
        assert "name" in answer.json()["message"]
    statement = [{"effect": "allow", "action": ["fs:*"], "resource": "*"}]
    assert api.request("POST", "/auth/policies", json={"id": name, "statement": statement}).status_code == 400


def test_lists_are_paged_by_the_bytes_of_their_ids(auth):
    prefix = fresh_name("page") + "-"
    names = [prefix + rest for rest in ("Z", "a", "aa", "b", "é", "\U0001F40B")]
    for name in reversed(names):
        auth.create_user(lakefs_sdk.UserCreation(id=name))
        auth.create_group(lakefs_sdk.GroupCreation(id=name))
        auth.create_policy(document(name))
    for amount in (1, 2, 5, 6, 100):
        for list_page in (auth.list_users, auth.list_groups, auth.list_policies):
            assert [row.id for row in all_pages(list_page, amount, prefix=prefix)] == names
    assert [row.id for row in auth.list_users(prefix=prefix + "a").results] == [prefix + "a", prefix + "aa"]
    assert [row.id for row in auth.list_users(prefix=prefix, after=prefix + "ab").results] == names[3:]
    assert auth.list_users(prefix=prefix + "_").results == []
    for name in names:
        auth.delete_user(name)
        auth.delete_group(name)
        auth.delete_policy(name)


def test_a_group_has_members(auth, group, user):
    shown = auth.get_group(group)
    assert (shown.id, shown.name, shown.description) == (group, group, "a test's")
    assert auth.list_groups(prefix=group).results == [shown]
    assert "group already exists" in refused(409, auth.create_group, lakefs_sdk.GroupCreation(id=group))
    assert auth.list_group_members(group).results == []
    for _ in range(2):
        auth.add_group_membership(group, user)
    assert [u.id for u in auth.list_group_members(group).results] == [user]
    assert auth.list_user_groups(user).results == [shown]
    auth.delete_group_membership(group, user)
    assert auth.list_group_members(group).results == []
    refused(404, auth.delete_group_membership, group, user)
    for call in (auth.add_group_membership, auth.delete_group_membership):
        assert "group not found" in refused(404, call, "no-such-group", user)
        assert "user not found" in refused(404, call, group, "no-such-user")
    refused(404, auth.list_group_members, "no-such-group")
    refused(404, auth.list_user_groups, "no-such-user")
    auth.add_group_membership(group, user)
    auth.delete_group(group)
    refused(404, auth.get_group, group)
    refused(404, auth.delete_group, group)
    assert auth.list_user_groups(user).results == []


def test_a_policy_is_made_replaced_and_deleted(auth):
    name = fresh_name("policy")
    condition = {"IpAddress": {"SourceIp": ["10.0.0.0/8", "::1"]}}
    resources = '["arn:lakefs:fs:::repository/a", "arn:lakefs:fs:::repository/b/object/*"]'
    made = auth.create_policy(document(name, "fs:Read*", resources, "deny", condition))
    assert made.statement[0].condition == condition and made.statement[0].resource == resources
    assert auth.get_policy(name) == made
    assert auth.list_policies(prefix=name).results == [made]
    assert "policy already exists" in refused(409, auth.create_policy, document(name))
    replaced = auth.update_policy(name, document(name, "auth:*"))
    assert auth.get_policy(name) == replaced
    assert replaced.statement[0].action == ["auth:*"] and replaced.creation_date == made.creation_date
    assert "can't update policy id" in refused(400, auth.update_policy, name, document(name + "x"))
    refused(404, auth.update_policy, name + "x", document(name + "x"))
    auth.delete_policy(name)
    for call in (auth.get_policy, auth.delete_policy):
        assert "policy not found" in refused(404, call, name)


@pytest.mark.parametrize("change", [
    {"effect": "Allow"}, {"effect": "permit"}, {"action": []}, {"action": ["fs"]}, {"action": ["s3:GetObject"]},
    {"action": ["fs:" + "x" * 2100]}, {"resource": "bucket"}, {"resource": "arn:lakefs:fs:::"}, {"resource": "[1]"},
    {"resource": "[]"}, {"condition": {"Near": {"SourceIp": ["1.2.3.4"]}}},
    {"condition": {"IpAddress": {"SourceIp": ["here"]}}}, {"condition": {"IpAddress": {}}},
])
def test_a_policy_that_breaks_the_rules_is_refused(api, change):
    name = fresh_name("policy")
    statement = {"effect": "allow", "action": ["fs:*"], "resource": "*"} | change
    answer = api.request("POST", "/auth/policies", json={"id": name, "statement": [statement]})
    assert answer.status_code == 400, answer.text
    assert api.request("GET", f"/auth/policies/{name}").status_code == 404


def test_a_policy_has_bounds(api):
    def create(statements, action="fs:*"):
        statement = {"effect": "allow", "action": [action], "resource": "*"}
        return api.request(
            "POST", "/auth/policies", json={"id": fresh_name("policy"), "statement": [statement] * statements})

    assert create(100).status_code == 201
    assert "1 to 100 statements" in create(101).json()["message"]
    assert "at most 32768 bytes" in create(100, "fs:" + "x" * 1000).json()["message"]


def test_policies_are_attached_to_users_and_groups(auth, user, group, policy):
    for attach, detach, shown, holder in (
        (auth.attach_policy_to_user, auth.detach_policy_from_user, auth.list_user_policies, user),
        (auth.attach_policy_to_group, auth.detach_policy_from_group, auth.list_group_policies, group),
    ):
        assert shown(holder).results == []
        for _ in range(2):
            attach(holder, policy)
        assert [p.id for p in shown(holder).results] == [policy]
        detach(holder, policy)
        assert shown(holder).results == []
        refused(404, detach, holder, policy)
        for call in (attach, detach):
            refused(404, call, "nobody", policy)
            assert "policy not found" in refused(404, call, holder, "no-such-policy")
        refused(404, shown, "nobody")


def test_effective_policies_are_those_of_the_groups_too(auth, user, group, policy):
    auth.add_group_membership(group, user)
    auth.attach_policy_to_group(group, policy)
    auth.attach_policy_to_group(group, "FSReadAll")
    auth.attach_policy_to_user(user, "FSReadAll")
    assert [p.id for p in auth.list_user_policies(user).results] == ["FSReadAll"]
    assert [p.id for p in auth.list_user_policies(user, effective=True).results] == ["FSReadAll", policy]
    pages = all_pages(lambda **named: auth.list_user_policies(user, effective=True, **named), 1)
    assert [p.id for p in pages] == ["FSReadAll", policy]
    auth.delete_policy(policy)
    assert [p.id for p in auth.list_user_policies(user, effective=True).results] == ["FSReadAll"]


def test_keys_are_made_shown_and_deleted_and_their_secret_told_once(api, auth, user):
    key = auth.create_credentials(user)
    assert key.secret_access_key and abs(key.creation_date - time.time()) < 60
    shown = api.request("GET", f"/auth/users/{user}/credentials/{key.access_key_id}")
    assert shown.json()["access_key_id"] == key.access_key_id
    assert key.secret_access_key not in shown.text
    assert auth.get_credentials(user, key.access_key_id).creation_date == key.creation_date
    other = auth.create_credentials(user)
    listed = api.request("GET", f"/auth/users/{user}/credentials")
    assert key.secret_access_key not in listed.text
    assert [c["access_key_id"] for c in listed.json()["results"]] == sorted([key.access_key_id, other.access_key_id])
    pages = all_pages(lambda **named: auth.list_user_credentials(user, **named), 1)
    assert [c.access_key_id for c in pages] == sorted([key.access_key_id, other.access_key_id])
    owner = api.client_as(key.access_key_id, key.secret_access_key).sdk_client.auth_api
    assert owner.get_current_user().user.id == user
    auth.delete_credentials(user, key.access_key_id)
    for call in (auth.get_credentials, auth.delete_credentials):
        assert "credential not found" in refused(404, call, user, key.access_key_id)
        refused(404, call, "nobody", other.access_key_id)
        refused(404, call, auth.get_current_user().user.id, other.access_key_id)
    refused(404, auth.create_credentials, "nobody")
    refused(404, auth.list_user_credentials, "nobody")


def test_a_key_has_a_name_an_end_and_a_last_use(api, auth, user):
    path = f"/auth/users/{user}/credentials"
    made = api.request("POST", path, json={"name": "laptop", "expiration_date": int(time.time()) + 3})
    assert made.status_code == 201
    key = made.json()["access_key_id"], made.json()["secret_access_key"]
    assert api.request("GET", "/user", auth=key).status_code == 200
    deadline = time.time() + 10
    while "last_used_date" not in (row := api.request("GET", path).json()["results"][0]):
        assert time.time() < deadline, "the use of a key was not noted"
        time.sleep(0.1)
    assert row["name"] == "laptop" and row["last_used_date"] >= row["creation_date"]
    # Over at its end, five seconds later at most.
    time.sleep(max(0, row["expiration_date"] - time.time()) + 5.5)
    assert api.request("GET", "/user", auth=key).status_code == 401
    for bad in ({"expiration_date": int(time.time()) - 1}, {"name": "x" * 256}, {"name": "a\nb"}):
        assert api.request("POST", path, json=bad).status_code == 400


def test_a_deleted_users_keys_and_tokens_stop_working(api, auth, user):
    key = auth.create_credentials(user)
    pair = (key.access_key_id, key.secret_access_key)
    login = auth.login(
        lakefs_sdk.LoginInformation(access_key_id=key.access_key_id, secret_access_key=key.secret_access_key))
    bearer = {"Authorization": f"Bearer {login.token}"}
    assert api.request("GET", "/user", auth=pair).status_code == 200
    assert api.request("GET", "/user", auth=None, headers=bearer).status_code == 200
    auth.delete_user(user)
    time.sleep(5.5)
    assert api.request("GET", "/user", auth=pair).status_code == 401
    assert api.request("GET", "/user", auth=None, headers=bearer).status_code == 401


def test_an_external_principal_is_tied_to_one_user(api, auth, user):
    principal = "arn:aws:sts::123456789012:assumed-role/" + fresh_name("role")
    creation = lakefs_sdk.ExternalPrincipalCreation(settings=[{"region": "eu"}])
    auth.create_user_external_principal(user, principal, external_principal_creation=creation)
    shown = auth.get_external_principal(principal)
    assert (shown.id, shown.user_id, shown.settings) == (principal, user, [{"region": "eu"}])
    assert auth.list_user_external_principals(user).results == [shown]
    refused(409, auth.create_user_external_principal, user, principal)
    refused(404, auth.create_user_external_principal, "nobody", principal + "x")
    me = auth.get_current_user().user.id
    refused(404, auth.delete_user_external_principal, me, principal)
    auth.delete_user_external_principal(user, principal)
    refused(404, auth.get_external_principal, principal)
    assert auth.list_user_external_principals(user).results == []


def test_the_administrators_cannot_lock_themselves_out(api, auth):
    assert "cannot be deleted" in refused(403, auth.delete_group, "Admins")
    assert "cannot be deleted" in refused(403, auth.delete_policy, "AuthFullAccess")
    refused(403, auth.update_policy, "AuthFullAccess", document("AuthFullAccess", "fs:*"))
    refused(403, auth.detach_policy_from_group, "Admins", "AuthFullAccess")
    members = [u.id for u in all_pages(lambda **named: auth.list_group_members("Admins", **named), 100)]
    if len(members) == 1:
        assert "last member" in refused(403, auth.delete_user, members[0])
        refused(403, auth.delete_group_membership, "Admins", members[0])
    # Another one may go, the first too then; it comes back here.
    name = fresh_name("admin")
    auth.create_user(lakefs_sdk.UserCreation(id=name))
    auth.add_group_membership("Admins", name)
    auth.delete_group_membership("Admins", name)
    auth.delete_user(name)


def test_groups_have_no_access_level(api, group):
    answer = api.request("GET", f"/auth/groups/{group}/acl")
    assert answer.status_code == 404 and answer.json()["no_acl"] is True
    assert api.request("POST", f"/auth/groups/{group}/acl", json={"permission": "Read"}).status_code == 501


def test_nothing_of_it_is_shown_without_credentials(api):
    for path in ("/auth/users", "/auth/groups", "/auth/policies", "/auth/users/x", "/auth/users/x/credentials"):
        assert api.request("GET", path, auth=None).status_code == 401
    with pytest.raises(UnauthorizedException):
        api.client_as("AKIAWRONG", "wrong-secret").sdk_client.auth_api.list_users()
