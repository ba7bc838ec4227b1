"""Settings of repositories, what protects branches, and what Tarn tells of history and sizes, by the official clients."""

import lakefs
import lakefs_sdk
import pytest
from lakefs.exceptions import ForbiddenException, PermissionException
from lakefs_sdk.exceptions import ApiException

from conftest import fresh_name


def rules(*patterns):
    return [lakefs_sdk.BranchProtectionRule(pattern=pattern) for pattern in patterns]


def test_protection_rules_are_replaced_by_their_entity_tag(api, repository):
    settings = api.sdk.repositories_api
    unset = settings.get_branch_protection_rules_with_http_info(repository.id)
    assert unset.data == []
    assert unset.headers["ETag"] == ""
    settings.set_branch_protection_rules(repository.id, rules("main", "v[0-9]*"))
    first = settings.get_branch_protection_rules_with_http_info(repository.id)
    assert [rule.pattern for rule in first.data] == ["main", "v[0-9]*"]
    settings.set_branch_protection_rules(repository.id, rules("main"), if_match=first.headers["ETag"])
    with pytest.raises(ApiException) as caught:
        settings.set_branch_protection_rules(repository.id, [], if_match=first.headers["ETag"])
    assert caught.value.status == 412
    with pytest.raises(ApiException) as caught:
        settings.set_branch_protection_rules(repository.id, rules("["))
    assert caught.value.status == 400
    assert [rule.pattern for rule in settings.get_branch_protection_rules(repository.id)] == ["main"]


def test_a_protected_branch_is_merged_into_and_not_written_to(api, repository):
    main = repository.branch("main")
    main.object("a").upload(data=b"1")
    main.commit("first")
    api.sdk.repositories_api.set_branch_protection_rules(repository.id, rules("ma?n"))
    with pytest.raises(ForbiddenException) as caught:
        main.object("b").upload(data=b"2", pre_sign=False)
    assert "cannot write to protected branch" in caught.value.body["message"]
    with pytest.raises(PermissionException):
        main.object("a").delete()
    with pytest.raises(ApiException) as caught:
        api.sdk.branches_api.reset_branch(repository.id, "main", lakefs_sdk.ResetCreation(type="reset"))
    assert caught.value.status == 403
    with pytest.raises(ForbiddenException) as caught:
        main.commit("second", allow_empty=True)
    assert "cannot commit to protected branch" in caught.value.body["message"]
    dev = repository.branch("dev").create("main")
    dev.object("b").upload(data=b"2")
    dev.commit("second")
    dev.merge_into(main)
    assert main.object("b").reader().read() == b"2"


def test_metadata_of_a_repository_is_merged_key_by_key(api, repository):
    path = f"/repositories/{repository.id}/metadata"
    assert repository.metadata == {}
    assert api.request("POST", path, json={"metadata": {"a": "1", "b_c": "2"}}).status_code == 204
    assert api.request("POST", path, json={"metadata": {"a": "3"}}).status_code == 204
    assert repository.metadata == {"a": "3", "b_c": "2"}
    assert api.request("DELETE", path, json={"keys": ["a", "none"]}).status_code == 204
    assert repository.metadata == {"b_c": "2"}


def test_a_read_only_repository_is_written_by_force_alone(api):
    name = fresh_name()
    api.sdk.repositories_api.create_repository(
        lakefs_sdk.RepositoryCreation(name=name, storage_namespace=api.namespace + name, read_only=True))
    repository = lakefs.Repository(name, client=api.client)
    assert api.sdk.repositories_api.get_repository(name).read_only
    with pytest.raises(ForbiddenException) as caught:
        repository.branch("main").object("a").upload(data=b"1", pre_sign=False)
    assert "read-only repository" in caught.value.body["message"]
    path = f"/repositories/{name}/branches/main"
    assert api.request("POST", f"{path}/objects?path=a&force=true", data=b"1").status_code == 201
    assert api.request("POST", f"{path}/commits", json={"message": "m"}).status_code == 403
    assert api.request("POST", f"{path}/commits", json={"message": "m", "force": True}).status_code == 201
    rule = [{"pattern": "main"}]
    assert api.request("PUT", f"/repositories/{name}/settings/branch_protection", json=rule).status_code == 403
    assert api.request("DELETE", f"/repositories/{name}").status_code == 403
    assert api.request("DELETE", f"/repositories/{name}?force=true").status_code == 204


def test_last_commits_and_sums_of_a_listing(api, repository):
    main = repository.branch("main")
    for path in ["a/1", "b/1", "c"]:
        main.object(path).upload(data=path.encode())
    main.commit("first")
    main.object("b/2").upload(data=b"22")
    main.commit("second")
    main.object("d").upload(data=b"d")
    path = f"/repositories/{repository.id}/refs/main/objects"
    page = api.request("GET", f"{path}/last_commits?delimiter=/").json()
    assert [(row["path"], row.get("commit", {}).get("message"), row["staged"]) for row in page["results"]] == [
        ("a/", "first", False), ("b/", "second", False), ("c", "first", False), ("d", None, True)]
    sums = api.request("GET", f"{path}/summary", params={"prefixes": ["", "b/"]}).json()["results"]
    assert [(row["objects"], row["size_bytes"]) for row in sums] == [(5, 10), (2, 5)]
    log = list(repository.ref("main").log(prefixes=["b/"]))
    assert [commit.message for commit in log] == ["second", "first"]
