"""Branches, tags and reference expressions, by the official clients."""

import lakefs
import pytest
from lakefs.exceptions import BadRequestException, ConflictException, NotFoundException


def test_a_new_branch_answers_the_bare_commit_id(api, repo, main):
    head = main.get_commit().id
    answer = api.request("POST", f"/repositories/{repo}/branches", json={"name": "dev", "source": "main"})
    assert (answer.status_code, answer.text) == (201, head)
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_branch_does_not_take_staged_data(repository, main):
    main.object("a").upload(data=b"1")
    dev = repository.branch("dev").create("main")
    assert list(dev.objects()) == []
    assert [change.path for change in main.uncommitted()] == ["a"]


def test_names_clash(repository, main):
    repository.branch("dev").create("main")
    with pytest.raises(ConflictException) as caught:
        repository.branch("dev").create("main")
    assert "branch already exists" in caught.value.body["message"]
    assert repository.branch("dev").create("main", exist_ok=True).id == "dev"
    repository.tag("v1").create("main")
    with pytest.raises(ConflictException) as caught:
        repository.tag("v1").create("main")
    assert "tag already exists" in caught.value.body["message"]
    for make in (lambda: repository.branch("v1").create("main"), lambda: repository.tag("dev").create("main"),
                 lambda: repository.tag(main.get_commit().id).create("main")):
        with pytest.raises(ConflictException) as caught:
            make()
        assert "conflict found" in caught.value.body["message"]


@pytest.mark.parametrize("name", ["a.b", "a/b", "-a", "a b", "a~1", "a@", "é", ""])
def test_bad_branch_names(repository, name):
    with pytest.raises(BadRequestException):
        repository.branch(name).create("main")


@pytest.mark.parametrize("name", ["@", "a..b", "a.lock", "a.", "a/b", "a b", "a:b", "a^", "a?", "a*", "a[", "a\\", "a@{"])
def test_bad_tag_names(repository, name):
    with pytest.raises(BadRequestException):
        repository.tag(name).create("main")


def test_unknown_sources_and_names(repository):
    for make in (lambda: repository.branch("dev").create("none"), lambda: repository.tag("v1").create("none"),
                 lambda: repository.branch("none").head, lambda: repository.tag("none").delete(),
                 lambda: repository.branch("none").delete(), lambda: repository.ref("none").get_commit()):
        with pytest.raises(NotFoundException):
            make()
    with pytest.raises(BadRequestException):
        repository.tag("v1").create("main$")


def test_lists_are_in_the_order_of_bytes(api, repo, repository):
    for name in ("a", "Z", "_x", "b-c", "b_d"):
        repository.branch(name).create("main")
    names = [branch.id for branch in repository.branches()]
    assert names == sorted(names, key=str.encode) == ["Z", "_x", "a", "b-c", "b_d", "main"]
    assert [branch.id for branch in repository.branches(after="b", max_amount=2)] == ["b-c", "b_d"]
    assert [branch.id for branch in repository.branches(prefix="b")] == ["b-c", "b_d"]
    for name in ("v2", "v1", "v1.1", "é"):
        repository.tag(name).create("main")
    assert [tag.id for tag in repository.tags()] == ["v1", "v1.1", "v2", "é"]
    page = api.request("GET", f"/repositories/{repo}/tags?amount=2&after=v1").json()
    assert page["pagination"] == {"has_more": True, "next_offset": "v2", "results": 2, "max_per_page": 1000}


def test_hidden_branches_are_left_out_of_lists_only(api, repo, repository):
    api.request("POST", f"/repositories/{repo}/branches", json={"name": "tx-1", "source": "main", "hidden": True})
    assert [branch.id for branch in repository.branches()] == ["main"]
    assert repository.branch("tx-1").head
    listed = api.request("GET", f"/repositories/{repo}/branches?show_hidden=true").json()["results"]
    assert [row["id"] for row in listed] == ["main", "tx-1"]


def test_a_tag_stays_where_it_is_and_is_never_written_to(api, repo, repository, main):
    first = main.get_commit().id
    repository.tag("v1").create("main")
    main.object("a").upload(data=b"1")
    main.commit("second")
    assert repository.tag("v1").get_commit().id == first
    assert api.request("POST", f"/repositories/{repo}/branches/v1/objects?path=a", data=b"x").status_code == 404
    repository.tag("v1").delete()
    with pytest.raises(NotFoundException):
        repository.tag("v1").get_commit()


def test_reference_expressions(api, repo, repository, main):
    ids = [main.get_commit().id]
    for number in range(3):
        main.object(f"f{number}").upload(data=b"x")
        ids.append(main.commit(f"commit {number}").get_commit().id)
    repository.tag("v1").create("main~1")

    def commit(reference):
        return api.request("GET", f"/repositories/{repo}/commits/{reference}")

    for reference, expected in [("main", 3), ("main~", 2), ("main~2", 1), ("main^", 2), ("main^1~1", 1), ("main~0", 3),
                                ("main^0", 3), ("v1", 2), ("v1~1", 1), (ids[1], 1), (ids[1][:16], 1), (ids[2] + "~1", 1),
                                ("main@", 3)]:
        assert commit(reference).json().get("id") == ids[expected], reference
    for reference, status in [("main~9", 404), ("main^2", 400), ("main~x", 400), ("main@1", 400), ("none", 404), ("f" * 64, 404)]:
        assert commit(reference).status_code == status, reference


def test_staged_data_shows_where_it_is_asked_for(main, repository):
    main.object("a").upload(data=b"committed")
    main.commit("a")
    main.object("a").upload(data=b"staged")
    read = lambda reference: repository.ref(reference).object("a").reader().read()
    assert (read("main"), read("main$"), read("main@"), read("main~0")) == (b"staged", b"staged", b"committed", b"committed")


def test_resets(api, repo, repository, main):
    for path in ("a/1", "a/2", "b"):
        main.object(path).upload(data=b"1")
    main.commit("three")
    for path in ("a/1", "b", "c"):
        main.object(path).upload(data=b"2")
    main.object("a/2").delete()
    changes = lambda: {(change.path, change.type) for change in main.uncommitted()}
    assert changes() == {("a/1", "changed"), ("a/2", "removed"), ("b", "changed"), ("c", "added")}
    main.reset_changes("object", "c")
    main.reset_changes("object", "unknown")
    assert changes() == {("a/1", "changed"), ("a/2", "removed"), ("b", "changed")}
    main.reset_changes("common_prefix", "a/")
    assert changes() == {("b", "changed")}
    main.reset_changes()
    assert changes() == set()
    assert main.object("a/2").reader().read() == b"1"
    assert api.request("PUT", f"/repositories/{repo}/branches/main", json={"type": "object"}).status_code == 400


def test_a_hard_reset_moves_the_head(api, repo, main):
    first = main.get_commit().id
    main.object("a").upload(data=b"1")
    main.commit("second")
    assert api.request("PUT", f"/repositories/{repo}/branches/main/hard_reset", params={"ref": "main~1"}).status_code == 204
    assert main.get_commit().id == first
    assert api.request("PUT", f"/repositories/{repo}/branches/main/hard_reset", params={"ref": "none"}).status_code == 404
    assert api.request("PUT", f"/repositories/{repo}/branches/main/hard_reset").status_code == 400


def test_deleting_a_branch_leaves_its_commits(repository):
    dev = repository.branch("dev").create("main")
    dev.object("a").upload(data=b"1")
    commit = dev.commit("on dev").get_commit().id
    dev.delete()
    assert lakefs.Reference(repository.id, commit, client=repository._client).get_commit().message == "on dev"
