"""Repositories, by the official clients."""

import lakefs
import lakefs_sdk
import pytest
from lakefs.exceptions import BadRequestException, ConflictException, ForbiddenException, NotFoundException

from conftest import fresh_name


def test_a_new_repository_has_a_branch_and_a_first_commit(repository):
    properties = repository.properties
    assert properties.default_branch == "main"
    assert properties.storage_id == ""
    commit = repository.branch("main").get_commit()
    assert (commit.message, commit.parents, commit.committer, commit.meta_range_id) == ("Repository created", [], "", "")
    assert commit.metadata == {}
    assert [branch.id for branch in repository.branches()] == ["main"]


def test_a_name_is_taken_once(api, repository):
    namespace = repository.properties.storage_namespace
    with pytest.raises(ConflictException) as caught:
        lakefs.Repository(repository.id, client=api.client).create(storage_namespace=namespace)
    assert "not unique" in caught.value.body["message"]
    again = lakefs.Repository(repository.id, client=api.client).create(storage_namespace=namespace, exist_ok=True)
    assert again.properties == repository.properties


@pytest.mark.parametrize("namespace", ["gs://bucket/x", "mem://x", "ftp://x", "not a namespace", "local://a/../../b", "s3://"])
def test_namespaces_that_are_none(api, namespace):
    answer = api.request("POST", "/repositories", json={"name": fresh_name(), "storage_namespace": namespace})
    assert answer.status_code == 400, answer.text


def test_a_namespace_holds_one_repository(api, repository):
    namespace = repository.properties.storage_namespace
    with pytest.raises(BadRequestException) as caught:
        lakefs.Repository(fresh_name(), client=api.client).create(storage_namespace=namespace)
    assert "storage namespace already in use" in caught.value.body["message"]
    repository.delete()
    with pytest.raises(BadRequestException):
        lakefs.Repository(fresh_name(), client=api.client).create(storage_namespace=namespace)


def test_a_deleted_name_is_free_again(api, repository):
    main = repository.branch("main")
    main.object("a").upload(data=b"1")
    repository.delete()
    with pytest.raises(NotFoundException):
        repository.delete()
    with pytest.raises(NotFoundException):
        list(main.objects())
    again = lakefs.Repository(repository.id, client=api.client).create(
        storage_namespace=api.namespace + fresh_name())
    again.branch("main").object("b").upload(data=b"2")
    assert [found.path for found in again.branch("main").objects()] == ["b"]


def test_lists_page_through_names_in_order(api):
    prefix = fresh_name("list")
    names = [f"{prefix}-{letter}" for letter in "cab"]
    made = [lakefs.Repository(name, client=api.client).create(storage_namespace=api.namespace + name) for name in names]
    try:
        assert [found.id for found in lakefs.repositories(client=api.client, prefix=prefix)] == sorted(names)
        page = api.sdk.repositories_api.list_repositories(prefix=prefix, amount=2)
        assert (page.pagination.has_more, page.pagination.results, page.pagination.next_offset) == (True, 2, sorted(names)[1])
        page = api.sdk.repositories_api.list_repositories(prefix=prefix, amount=2, after=page.pagination.next_offset)
        assert (page.pagination.has_more, page.pagination.next_offset) == (False, "")
        assert [found.id for found in page.results] == [sorted(names)[2]]
        assert [found.id for found in api.sdk.repositories_api.list_repositories(search=prefix[3:], amount=5).results] == sorted(names)
    finally:
        for repository in made:
            repository.delete()


def test_a_bare_repository_has_nothing(api):
    name = fresh_name()
    api.sdk.repositories_api.create_repository(
        lakefs_sdk.RepositoryCreation(name=name, storage_namespace=api.namespace + name), bare=True)
    assert api.request("GET", f"/repositories/{name}/branches").json()["results"] == []
    assert api.request("GET", f"/repositories/{name}/branches/main").status_code == 404
    assert api.request("GET", f"/repositories/{name}/refs/main/commits").status_code == 404
    assert api.request("DELETE", f"/repositories/{name}").status_code == 204


def test_the_default_branch_cannot_be_deleted(repository):
    with pytest.raises(ForbiddenException) as caught:
        repository.branch("main").delete()
    assert "cannot delete repository default branch" in caught.value.body["message"]
